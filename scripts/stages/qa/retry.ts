/** A second try where this machine failed, and only there: what is wrong with an image is told the first time. */
import { AperiodicError, type ErrorCode, toAperiodicError } from '../../model/errors.ts';
import type { Where } from '../../model/qa/check.ts';
import type { Retry } from '../../model/types.generated.ts';
import type { Log } from '../../ports.ts';

/** What may be otherwise a moment later. A tool that is missing stays missing. */
const passing: readonly ErrorCode[] = ['host-failed', 'disk-full'];

export interface RetryOptions {
  where: Where;
  /** Gets what was tried again. */
  retries: Retry[];
  log: Pick<Log, 'warn'>;
  /** Asked before the second try; default yes. */
  mayRetry?: () => boolean;
}

/**
 * Runs the whole test of an image or of a guest, from power on, and once more when this machine failed under it. The
 * first one's results do not count.
 * @throws AperiodicError that of the second try, or of the first where there is none
 */
export async function tryTwice<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { where, retries, log, mayRetry = () => true } = options;
  const first = await work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error: toAperiodicError(error) }),
  );
  if (!('error' in first)) return first.value;
  const { error } = first;
  if (!passing.includes(error.code) || !mayRetry()) throw error;
  const reason = `${error.code}: ${error.message}`;
  retries.push({ where, reason: reason.slice(0, maxReason) });
  log.warn(
    `${subjectOf(where)} is tested once more, because this machine failed and not the image (${reason})`,
  );
  return await work().catch((again: unknown) => {
    throw explain(toAperiodicError(again), where, reason);
  });
}

function subjectOf(where: Where): string {
  return where === 'image' ? 'the disk' : `the ${where} guest`;
}

/** As long as the schema lets it be. */
const maxReason = 500;

function explain(error: AperiodicError, where: Where, reason: string): AperiodicError {
  if (!passing.includes(error.code)) return error;
  return new AperiodicError(
    error.code,
    `${subjectOf(where)} could not be tested in two tries, which says nothing of the image: ${error.message}`,
    {
      file: error.file,
      detail: [`the first time: ${reason}`, error.detail ?? ''].join('\n').trim(),
      cause: error,
    },
  );
}
