/**
 * Notices an emulated guest that stands still for good: all its processors are halted and no interrupt wakes them. On a
 * busy machine this was seen of Linux guests under TCG that had started well. A guest that does next to nothing for
 * minutes while somebody waits for it will never answer: even an idle kernel wakes up many times a second.
 */
import { readFile } from 'node:fs/promises';
import type { QmpClient } from './qmp.ts';

export interface StillWatch {
  stop(): void;
}

export interface StillWatchOptions {
  qmp: QmpClient;
  /** Called once. @param seconds that the processors did nothing */
  onStill(seconds: number): void;
  /** Nanoseconds that a thread has run so far; undefined when nobody can say. */
  readRuntime?(thread: number): Promise<bigint | undefined>;
  /** Milliseconds. */
  every?: number;
  /** Looks in a row that found nothing done. */
  patience?: number;
  /** Milliseconds from now after which nothing is looked at any more. */
  until?: number;
}

/** Nanoseconds of processor time in a millisecond; a guest that halted for good takes a quarter of it, for emulated timers. */
const stillRate = 1_000n;
const usualEvery = 10_000;
/** Three minutes. */
const usualPatience = 18;

export function watchStillness(options: StillWatchOptions): StillWatch {
  const { qmp, onStill, readRuntime = readSchedstat, every = usualEvery, patience = usualPatience } = options;
  let last: bigint | undefined;
  let still = 0;
  let busy = false;
  const look = async () => {
    const now = await sumRuntime(qmp, readRuntime);
    const done = now === undefined || last === undefined ? undefined : now - last;
    still = done !== undefined && done < stillRate * BigInt(every) ? still + 1 : 0;
    last = now;
    if (still < patience) return;
    clearInterval(timer);
    onStill((still * every) / 1000);
  };
  const end = performance.now() + (options.until ?? Number.POSITIVE_INFINITY);
  const timer = setInterval(() => {
    if (performance.now() > end) clearInterval(timer);
    if (busy) return;
    busy = true;
    look()
      .catch(() => {
        still = 0; // QEMU has ended, which others notice.
      })
      .finally(() => {
        busy = false;
      });
  }, every).unref();
  return { stop: () => clearInterval(timer) };
}

/** Of all processors of a guest that runs; undefined when it is held, or nobody can say. */
async function sumRuntime(
  qmp: QmpClient,
  readRuntime: (thread: number) => Promise<bigint | undefined>,
): Promise<bigint | undefined> {
  if (!/"status":"running"/.test(JSON.stringify(await qmp.execute('query-status')) ?? '')) return undefined;
  const threads = listThreads(await qmp.execute('query-cpus-fast'));
  const times = await Promise.all(threads.map((thread) => readRuntime(thread)));
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return times.reduce<bigint>((sum, time) => sum + (time ?? 0n), 0n);
}

/** QEMU QMP reference, query-cpus-fast: one a processor; each has `props` besides, with other ids. */
function listThreads(answer: unknown): number[] {
  if (!Array.isArray(answer)) return [];
  return answer.map((cpu: unknown) =>
    typeof cpu === 'object' && cpu !== null && 'thread-id' in cpu ? Number(cpu['thread-id']) : Number.NaN,
  );
}

/** The first number of schedstat (kernel documentation: scheduler/sched-stats). A thread of another process has one too. */
async function readSchedstat(thread: number): Promise<bigint | undefined> {
  const text = await readFile(`/proc/${thread}/schedstat`, 'utf8').catch(() => '');
  const first = /^(\d+) \d+ \d+/.exec(text)?.[1];
  return first === undefined || first === '0' ? undefined : BigInt(first);
}
