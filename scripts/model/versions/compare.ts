/** The order of package versions of one kind. */
import type { PayloadKind } from '../types.generated.ts';
import { compareDebVersions } from './deb.ts';
import { compareRpmVersions } from './rpm.ts';

export type CompareVersions = (a: string, b: string) => number;

/** As the distribution's own tools order versions: negative when the first one is older. */
export function versionOrder(kind: PayloadKind): CompareVersions {
  return kind === 'deb' ? compareDebVersions : compareRpmVersions;
}
