/** What notices call images and packages: package URLs (ECMA-427). */
import type { Notice } from '../../model/notices/notice.ts';
import type { FixedPackage } from '../../model/types.generated.ts';
import { formatPurl } from '../documents/purl.ts';

/** No type of package URL is about disk images: `generic` is for what has none. */
export function imagePurl(stream: string, version: string): string {
  return `pkg:generic/${stream}@${version}`;
}

/** Without the architecture: what the release file names is that of the image, and packages can be of all. */
export function packagePurl(
  { image, stream }: Pick<Notice, 'image' | 'stream'>,
  { name }: FixedPackage,
  version: string,
): string {
  return formatPurl(image.payload, { name, version }, stream);
}
