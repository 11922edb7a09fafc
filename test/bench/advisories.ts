/** 20,000 OSV advisories against 50 streams of 500 packages, in a process of its own: read from a zip, merged and matched. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeZip } from '../adapters/feeds/feeds-world.ts';

const count = { advisories: 20_000, streams: 50, packages: 500, sources: 2000 };
/** Of this machine's other work nothing is known: a figure beyond is told, and fails nothing. */
const aim = { seconds: 5, MiB: 500 };

/** The same numbers in every run (a linear congruential generator). */
function createNumbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

export function prepareAdvisories(folder: string): void {
  const next = createNumbers();
  const entries: Record<string, string> = {};
  for (let at = 0; at < count.advisories; at++) {
    const cves = Array.from({ length: 1 + next(4) }, (_, more) => `CVE-2026-${10_000 + at * 4 + more}`);
    const affected = Array.from({ length: 1 + next(3) }, () => ({
      package: { ecosystem: 'Debian:12', name: `source${next(count.sources)}` },
      ranges: [
        { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `1.${next(20)}.${next(9)}-1+deb12u1` }] },
      ],
      versions: Array.from({ length: 20 }, (_, old) => `1.${old}-1`),
      ecosystem_specific: { urgency: 'medium' },
    }));
    entries[`MADE-UP-${at}.json`] = JSON.stringify({
      id: `MADE-UP-${at}`,
      details: 'A made-up flaw of a made-up package. '.repeat(20),
      upstream: cves,
      published: '2026-01-01T00:00:00Z',
      modified: '2026-02-01T00:00:00Z',
      affected,
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      references: [{ type: 'ADVISORY', url: `https://example.org/${at}` }],
    });
  }
  makeZip(path.join(folder, 'all.zip'), entries);
  const streams = Array.from({ length: count.streams }, () =>
    Array.from({ length: count.packages }, () => [next(count.sources), `1.${next(20)}.${next(9)}-1`]),
  );
  writeFileSync(path.join(folder, 'streams.json'), JSON.stringify(streams));
}

export function benchAdvisories(folder: string, rounds: number): void {
  prepareAdvisories(folder);
  const worker = fileURLToPath(new URL('./advisories-worker.ts', import.meta.url));
  console.log(
    `\n${count.advisories} advisories against ${count.streams} streams of ${count.packages} packages`,
  );
  for (let round = 0; round < rounds; round++) {
    const said = execFileSync(process.execPath, ['--import', 'tsx', worker, folder], { encoding: 'utf8' });
    process.stdout.write(said);
  }
  console.log(`  aim: ${aim.seconds} s, ${aim.MiB} MiB`);
}
