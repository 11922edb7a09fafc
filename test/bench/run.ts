/** `npm run bench [rounds]`: our work beside the plain tools that do the same, in one run. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { createPlainLog } from '../../scripts/adapters/log/plain-log.ts';
import { benchAdvisories } from './advisories.ts';
import { benchBuild } from './build.ts';
import { prepareBench } from './prepare.ts';
import { benchResolve } from './resolve.ts';
import { benchUpload } from './upload.ts';

const rounds = Number(process.argv[2] ?? 2);
const base = path.join(toolRoot, '.aperiodic/bench');
await mkdir(base, { recursive: true });
const folder = await mkdtemp(path.join(base, 'run-'));
const log = createPlainLog({ write: () => true }, () => performance.now());
try {
  benchAdvisories(folder, rounds);
  const bench = await prepareBench(folder, path.join(base, 'store'), log);
  await benchResolve(bench, rounds + 1);
  await benchBuild(bench, rounds);
  await benchUpload(folder, rounds, log);
} finally {
  await rm(folder, { recursive: true, force: true });
}
