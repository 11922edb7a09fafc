/** How much this machine can do at the same time. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

/** Memory that one build may take: its root is made in memory. */
const buildMiB = 3 * 1024;

/** Images that can be built at once: as many as there are processors and available memory for, at least one. */
export async function countBuilds(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  return fitBuilds(availableParallelism(), text);
}

/** @param meminfo text of /proc/meminfo (proc(5)); amounts are in KiB */
export function fitBuilds(processors: number, meminfo: string): number {
  const available = Number(/^MemAvailable:\s+(\d+)/m.exec(meminfo)?.[1] ?? 0) / 1024;
  return Math.max(1, Math.min(processors, Math.floor(available / buildMiB)));
}
