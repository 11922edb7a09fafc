/** Whether programs of an architecture run on this machine, for those who ask before they build. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError } from '../../model/errors.ts';
import type { Architecture } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import { toolRoot } from '../host/python-venv.ts';

const worker = fileURLToPath(new URL('./verify-worker.ts', import.meta.url));
const apart = ['--user', '--map-root-user', '--map-auto', '--mount', '--'];

/**
 * By trying it, in namespaces of its own as a build does: nothing of the machine is changed.
 * @returns how they run, in words
 * @throws AperiodicError `missing-tool` that says what is needed
 */
export async function verifyForeign(architecture: Architecture): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-foreign-'));
  try {
    const loader = path.join(toolRoot, 'node_modules/tsx/dist/loader.mjs');
    const command = [process.execPath, '--import', loader, worker, architecture, folder];
    const { stdout } = await exec('unshare', [...apart, ...command], {
      failure: 'missing-tool',
      timeoutSeconds: 120,
      what: `programs of ${architecture} could not be tried`,
    });
    const answer: unknown = JSON.parse(stdout);
    const of = (key: string) =>
      typeof answer === 'object' && answer !== null ? Reflect.get(answer, key) : undefined;
    const way: unknown = of('way');
    if (typeof way === 'string') return way;
    throw new AperiodicError('missing-tool', String(of('problem')));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
