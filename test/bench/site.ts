/** A site of 10,000 releases in 32 regions: everything, nothing new, one new release, and everything with what was read kept. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { addRelease, writeManyReleases } from '../support/site/many-releases.ts';

const count = { streams: 40, releases: 250, regions: 32 };
/** Of this machine's other work nothing is known: a figure beyond is told, and fails nothing. */
const aim = { full: 20, incremental: 1, MiB: 1024 };

export async function benchSite(folder: string): Promise<void> {
  const base = path.join(folder, 'site');
  const root = path.join(base, 'clone');
  mkdirSync(base, { recursive: true });
  const key = await writeManyReleases(root, count);
  // As a clone has it: with one pack, not with a file for each object.
  execFileSync('git', ['-C', root, 'repack', '-adq']);
  const total = count.streams * count.releases;
  console.log(
    `\nA site of ${total} releases of ${count.streams} streams in ${count.regions} regions, signed`,
  );
  const output = path.join(base, 'public');
  const run = (title: string, seconds: number) => {
    const env = { ...process.env, APERIODIC_SIGNING_KEY: key, APERIODIC_WORK: path.join(base, 'work') };
    const worker = fileURLToPath(new URL('./site-worker.ts', import.meta.url));
    const args = ['--import', 'tsx', worker, '--quiet', '--root', root, '--output', output];
    const said = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
    const within =
      said.seconds <= seconds && said.MiB <= aim.MiB ? '' : `   (aim: ${seconds} s, ${aim.MiB} MiB)`;
    console.log(
      `  ${title.padEnd(40)} ${said.seconds.toFixed(2).padStart(7)} s, ${said.cpu.toFixed(2)} s of processor, ${said.MiB} MiB${within}`,
    );
  };
  run('everything, for the first time', aim.full);
  console.log(`  ${sizeOf(output)}`);
  run('nothing new', aim.incremental);
  await addRelease(root, count);
  run('one new release, the first change', aim.incremental);
  await addRelease(root, { ...count, releases: count.releases + 1 });
  run('one new release', aim.incremental);
  rmSync(output);
  run('everything, releases read before', aim.full);
}

function sizeOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce(
    (sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size,
    0,
  );
  return `${files.length} files, ${Math.round(bytes / 1024 ** 2)} MiB`;
}
