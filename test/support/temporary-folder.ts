/** A folder for one test, removed when it ends. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'aperiodic-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
