/** What Aperiodic may write to the repository by itself: records, and release files that were not there. */
import { AperiodicError } from './errors.ts';
import type { Tree } from './tree.ts';
import { parseVersion } from './version.ts';

const part = '[a-z0-9]+(?:-[a-z0-9]+)*';
const file = new RegExp(`^releases/${part}/${part}/(\\d{8}\\.\\d{1,4})(\\.published)?\\.yaml$`);

/**
 * Design invariant 8, write least: asserted where files are rendered and where they are committed.
 * @param tree that the files would be added to
 * @throws AperiodicError `internal` for any other path, `conflict` for a release file that exists: only people change it
 */
export async function assertWritable(paths: readonly string[], tree: Tree): Promise<void> {
  for (const path of paths) {
    const [, version = '', record] = file.exec(path) ?? [];
    if (parseVersion(version) === undefined) {
      throw new AperiodicError('internal', 'is not a file that may be written without a person', {
        file: path,
      });
    }
    if (record === undefined && (await tree.read(path)) !== undefined) {
      throw new AperiodicError('conflict', 'exists already, and only people change release files', {
        file: path,
      });
    }
  }
}

const pins = new RegExp(`^releases/${part}/${part}/pins\\.[a-z0-9_]+\\.yaml$`);

/**
 * What a proposed update may hold: pins, and release files that main does not have. People decide whether it is merged.
 * @param main that the update is proposed for
 * @throws AperiodicError as `assertWritable`; `internal` also for a record
 */
export async function assertProposable(paths: readonly string[], main: Tree): Promise<void> {
  const others = paths.filter((path) => !pins.test(path));
  const record = others.find((path) => path.endsWith('.published.yaml'));
  if (record !== undefined)
    throw new AperiodicError('internal', 'is a record, which nobody proposes', { file: record });
  await assertWritable(others, main);
}
