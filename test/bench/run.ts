/**
 * `npm run bench -- [rounds] [part]...`: our work beside the plain tools that do the same, in one run. All parts when none is
 * named.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { createPlainLog } from '../../scripts/adapters/log/plain-log.ts';
import { benchAdvisories } from './advisories.ts';
import { benchBuild } from './build.ts';
import { benchFourImages } from './four-images.ts';
import { type Bench, prepareBench } from './prepare.ts';
import { benchResolve } from './resolve.ts';
import { benchResolveLarge } from './resolve-large.ts';
import { benchServe } from './serve.ts';
import { benchSite } from './site.ts';
import { benchUpload } from './upload.ts';

const base = path.join(toolRoot, '.aperiodic/bench');
const store = path.join(base, 'store');
await mkdir(base, { recursive: true });
const folder = await mkdtemp(path.join(base, 'run-'));
const log = createPlainLog({ write: () => true }, () => performance.now());

let prepared: Promise<Bench> | undefined;
const cloudBase = () => {
  prepared ??= prepareBench(folder, store, log);
  return prepared;
};

const parts: Record<string, (rounds: number) => Promise<void>> = {
  resolve: async (rounds) => await benchResolve(await cloudBase(), rounds + 1),
  'resolve-rpm': (rounds) => benchResolveLarge(folder, 'rpm', rounds + 1),
  'resolve-deb': (rounds) => benchResolveLarge(folder, 'deb', rounds + 1),
  build: async (rounds) => await benchBuild(await cloudBase(), rounds),
  'four-images': (rounds) => benchFourImages(folder, store, rounds, log),
  advisories: async (rounds) => benchAdvisories(folder, rounds),
  site: () => benchSite(folder),
  upload: (rounds) => benchUpload(folder, rounds, log),
  serve: (rounds) => benchServe(folder, rounds + 1),
};

const words = process.argv.slice(2);
const rounds = Number(words.find((word) => /^\d+$/.test(word)) ?? 2);
const chosen = words.filter((word) => !/^\d+$/.test(word));
try {
  for (const name of chosen) {
    if (!Object.hasOwn(parts, name))
      throw new Error(`there is no part '${name}', but ${Object.keys(parts).join(', ')}`);
  }
  for (const [name, run] of Object.entries(parts)) {
    if (chosen.length === 0 || chosen.includes(name)) await run(rounds);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
