/** A folder for one test, removed when it ends. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A test, or a whole file of them: what is given to it is done at its end. */
export interface Ending {
  after(work: () => unknown): void;
}

export async function temporaryFolder(t: Ending): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'aperiodic-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
