/** Runs inside.ts behind the real walls. */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { readablePaths } from '../../../../scripts/adapters/image/builder.ts';
import type { WorkerRequest } from '../../../../scripts/adapters/image/protocol.ts';
import { outerWall } from '../../../../scripts/adapters/image/sandbox.ts';
import type { ContainerDigests } from '../../../../scripts/model/types.generated.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const checkout = path.resolve(here, '../../../..');

export interface Ending {
  /** What went wrong; undefined when nothing did. */
  code?: string;
  message?: string;
  detail?: string;
  file?: string;
  line?: number;
  stack?: string;
  /** Of a container. */
  container?: ContainerDigests;
  /** Of inside-rpm.ts: each file of the root with mode, owner and date; digest of all; content of a file that a script made. */
  files?: string[];
  digest?: string;
  motd?: string;
  /** Where results and the log are. */
  out: string;
  /** Content of build.log. */
  log: string;
}

/**
 * @param folder of the test; `out` below it is made unless it is there
 * @param builder root of a builder image
 */
export async function runBehindWalls(
  folder: string,
  request: WorkerRequest,
  until: 'scripts' | 'disk' | 'container' | 'rpms',
  builder?: string,
): Promise<Ending> {
  const [store, out] = [path.join(folder, 'store'), path.join(folder, 'out')];
  for (const name of [store, out]) await mkdir(name, { recursive: true });
  await chmod(folder, 0o755);
  const loader = path.join(checkout, 'node_modules/tsx/dist/loader.mjs');
  const wall = { readable: [...readablePaths(), here], store, out, builder };
  const [file, args] = outerWall(wall, [
    process.execPath,
    '--import',
    loader,
    path.join(here, until === 'rpms' ? 'inside-rpm.ts' : 'inside.ts'),
  ]);
  const { stdout } = await exec(file, args, { input: JSON.stringify({ request, until }) });
  const log = await readFile(path.join(out, 'build.log'), 'utf8').catch(() => '');
  return { ...JSON.parse(stdout), out, log };
}
