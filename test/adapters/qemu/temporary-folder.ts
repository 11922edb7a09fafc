/** A folder for the tests of one file, removed at their end. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-test-'));
  after(async () => await rm(folder, { recursive: true, force: true }));
  return folder;
}
