/** Why a QEMU process ended: because its guest was switched off, or because this machine failed under it. */
import { readFile } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';

export interface ProcessEnd {
  exitCode?: number | undefined;
  signal?: string | undefined;
}

/**
 * The error that an end is, when it is none of the guest's making: QEMU ends with 0 when the guest switches itself off.
 * @param said what QEMU wrote, the end of it
 * @param starved whether the kernel ended processes for want of memory meanwhile
 */
export function failureOfEnd(
  { exitCode, signal }: ProcessEnd,
  said: string,
  starved: boolean,
): AperiodicError | undefined {
  if (exitCode === 0) return undefined;
  const how = signal === undefined ? `with exit code ${exitCode}` : `by ${signal}`;
  const why = starved
    ? '; the kernel ended processes for want of memory: give this machine more, or run less beside it'
    : '';
  return new AperiodicError('host-failed', `QEMU was ended ${how}${why}`, { detail: said });
}

/** How many processes the kernel has ended for want of memory since this machine was started (proc(5), vmstat). */
export async function countMemoryKills(): Promise<number> {
  const text = await readFile('/proc/vmstat', 'utf8').catch(() => '');
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}
