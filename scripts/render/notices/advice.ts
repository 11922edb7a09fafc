/** What users of an image do after a notice. */
import type { Notice } from '../../model/notices/notice.ts';
import { compareVersions } from '../../model/version.ts';
import { clean } from './words.ts';

/** What users do, one sentence each. */
export function whatToDo({ kind, image, release, record, instead }: Notice): string[] {
  const update = updateCommands(image);
  const hasFixes = (release.fixes ?? []).length > 0;
  const isContainer = record.containers !== undefined;
  if (kind === 'withdrawal') {
    return [
      'Start nothing new from this release, and replace what runs on it.',
      instead === undefined
        ? 'There is no other release of this image at the time of this notice.'
        : `Use ${instead} instead.`,
      ...(hasFixes && instead !== undefined && !isNewer(instead, release.version)
        ? [`What ${release.version} fixed is not fixed there: update the packages with ${update}.`]
        : []),
    ];
  }
  return [
    isContainer
      ? 'Build on the new image, and start containers from it.'
      : 'Start new machines from the new image.',
    ...(isContainer
      ? []
      : [
          `A new image changes nothing on machines that run: replace them, or update their packages with ${update} and restart what uses them.`,
        ]),
    ...(record.withdrawn === undefined
      ? []
      : [
          `This release was withdrawn since: ${clean(record.withdrawn.reason)}.`,
          remedyOf({ image, release, record, instead }).details,
        ]),
  ];
}

/** Which commands bring a machine's packages up to date. */
function updateCommands({ payload }: Notice['image']): string {
  return payload === 'deb' ? "'apt-get update' and 'apt-get upgrade'" : "'dnf upgrade'";
}

/** What helps who has the release before: the new one, or, since that was withdrawn, a later one or the packages alone. */
export function remedyOf({
  image,
  release,
  record,
  instead,
}: Pick<Notice, 'image' | 'release' | 'record' | 'instead'>): {
  category: 'vendor_fix' | 'workaround';
  details: string;
} {
  const use = record.withdrawn === undefined ? release.version : instead;
  if (use !== undefined && (use === release.version || isNewer(use, release.version)))
    return { category: 'vendor_fix', details: `Use ${clean(image.title)} ${use}.` };
  const details = `No image has the updates at the time of this notice: update the packages with ${updateCommands(image)}.`;
  return { category: 'workaround', details };
}

function isNewer(version: string, than: string): boolean {
  return compareVersions(version, than) > 0;
}
