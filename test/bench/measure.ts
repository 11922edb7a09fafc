/** Wall time and memory of a piece of work. */
import { readFileSync } from 'node:fs';

export interface Measured {
  seconds: number;
  /** Most memory in use while it ran, above what was in use before, in MiB: tmpfs included, page cache not. */
  peakMiB: number;
}

/** The machine's memory in use, in MiB (proc(5), meminfo: total less available). */
function memoryInUse(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  return (kib('MemTotal') - kib('MemAvailable')) / 1024;
}

export async function measure(work: () => Promise<unknown>): Promise<Measured> {
  const before = memoryInUse();
  let peak = before;
  const watcher = setInterval(() => {
    peak = Math.max(peak, memoryInUse());
  }, 100);
  const start = performance.now();
  try {
    await work();
  } finally {
    clearInterval(watcher);
  }
  return { seconds: (performance.now() - start) / 1000, peakMiB: Math.round(peak - before) };
}

export interface Contender {
  name: string;
  run(): Promise<unknown>;
}

/**
 * Runs two contenders in turn, `rounds` times each, and prints both and the ratio of their medians. The machine may be
 * shared and noisy: only the ratio of one run means something.
 */
export async function compare(
  title: string,
  base: Contender,
  ours: Contender,
  rounds: number,
): Promise<void> {
  const results = new Map<Contender, Measured[]>([
    [base, []],
    [ours, []],
  ]);
  for (let round = 1; round <= rounds; round++) {
    for (const [contender, list] of results) {
      const measured = await measure(() => contender.run());
      list.push(measured);
      console.error(`  ${title}, round ${round}: ${contender.name} ${measured.seconds.toFixed(2)} s`);
    }
  }
  console.log(`\n${title}`);
  for (const [{ name }, list] of results) {
    const times = list.map(({ seconds }) => seconds.toFixed(2)).join(', ');
    console.log(
      `  ${name.padEnd(46)} ${median(list.map(secondsOf)).toFixed(2).padStart(8)} s   (${times})   ${Math.max(...list.map((m) => m.peakMiB))} MiB`,
    );
  }
  console.log(
    `  ratio ${(median((results.get(ours) ?? []).map(secondsOf)) / median((results.get(base) ?? []).map(secondsOf))).toFixed(2)}`,
  );
}

function secondsOf({ seconds }: Measured): number {
  return seconds;
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
