/** Reads and matches what advisories.ts prepared in the folder of the first argument, and prints time and memory. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { matchAdvisories } from '../../scripts/model/advisories/match.ts';
import { load, osvFeed } from '../adapters/feeds/feeds-world.ts';
import { madeUpPin, pinnedStream } from '../support/advisory-fixtures.ts';

const folder = process.argv[2] ?? '.';
const described: [number, string][][] = JSON.parse(readFileSync(path.join(folder, 'streams.json'), 'utf8'));
const streams = described.map((packages, at) =>
  pinnedStream(
    `debian-12/stream${at}`,
    packages.map(([source, version], index) =>
      madeUpPin(`package${index}`, version, { source: { name: `source${source}`, version } }),
    ),
  ),
);
const start = performance.now();
const before = process.cpuUsage();
const known = await load({
  feeds: [osvFeed],
  addresses: { [osvFeed.id]: { path: path.join(folder, 'all.zip') } },
  folder,
  streams,
});
const read = performance.now();
const findings = matchAdvisories(known, streams);
const end = performance.now();
const cpu = process.cpuUsage(before);
const seconds = (ms: number) => (ms / 1000).toFixed(2);
const peak = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `  ${seconds(end - start)} s (read ${seconds(read - start)}, match ${seconds(end - read)}; ${seconds((cpu.user + cpu.system) / 1000)} of processors), ${peak} MiB: ` +
    `${known.advisories.length} advisories read, ${findings.length} findings`,
);
