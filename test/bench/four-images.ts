/** All four Debian images in one run against the sum of four runs of one each; both from a store that has the packages. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { countBuilds } from '../../scripts/adapters/host/capacity.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import type { Log } from '../../scripts/ports.ts';
import { compare } from './measure.ts';
import { openBench, prepareStream } from './prepare.ts';
import { runMeasured } from './process-tree.ts';

const child = fileURLToPath(new URL('./build-jobs.ts', import.meta.url));
const streams = ['cloud-base', 'docker-host', 'big-data', 'container-base'].map(
  (name) => `debian-12/${name}`,
);

/** @throws Error when the two ways give other images */
export async function benchFourImages(
  folder: string,
  store: string,
  rounds: number,
  log: Log,
): Promise<void> {
  const own = path.join(folder, 'four-images');
  await mkdir(own);
  const bench = await openBench(own, store, log);
  const jobs: string[] = [];
  for (const stream of streams) {
    const { job } = await prepareStream(bench, stream);
    const file = path.join(own, `${stream.replace('/', '-')}.json`);
    await writeFile(file, JSON.stringify(job));
    jobs.push(file);
  }
  const atOnce = await countBuilds();
  const made = new Set<string>();
  const build = async (files: readonly string[], atOnce = 1): Promise<string[]> => {
    const work = path.join(own, 'run');
    const args = ['--import', 'tsx', child, work, store, String(atOnce), ...files];
    const { stdout } = await runMeasured({ command: process.execPath, args, cwd: toolRoot });
    await rm(work, { recursive: true, force: true });
    return stdout.trim().split('\n');
  };
  const remember = (lines: readonly string[]) => made.add([...lines].sort().join('\n'));
  await compare(
    `build of ${streams.length} images`,
    {
      name: 'each in a run of its own, one after the other',
      run: async () => {
        const lines: string[] = [];
        for (const job of jobs) lines.push(...(await build([job])));
        remember(lines);
      },
    },
    {
      name: `all in one run, ${atOnce} at once`,
      run: async () => remember(await build(jobs, atOnce)),
    },
    rounds,
  );
  if (made.size !== 1) throw new Error(`the images differ:\n${[...made].join('\n\n')}`);
}
