/** When packages were made, of whatever kind: a function of the pins, so that a build needs no clock. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { PayloadKind, Pin } from '../../model/types.generated.ts';
import type { Builder, Store } from '../../ports.ts';
import { runTool } from '../builder-image/run-tool.ts';

/** Seconds since 1970 by kind, for files of the store. */
const readers: Record<PayloadKind, (files: readonly StoredPin[], builder?: Builder) => Promise<number[]>> = {
  deb: async (files) => await Promise.all(files.map(readDebDate)),
  rpm: readRpmDates,
};

interface StoredPin {
  pin: Pin;
  file: string;
}

/**
 * Seconds since 1970 of the newest package.
 * @param builder whose rpm reads it; default that of this machine
 * @throws AperiodicError `not-found`, or `digest-mismatch` for what is no package
 */
export async function newestDate(
  pins: readonly Pin[],
  store: Store,
  payload: PayloadKind,
  builder?: Builder,
): Promise<number> {
  const files: StoredPin[] = [];
  for (const pin of pins) {
    const file = await store.find(pin.sha256);
    if (file === undefined) {
      throw new AperiodicError(
        'not-found',
        `package ${pin.name} ${pin.version} is not in the store: run fetch first`,
      );
    }
    files.push({ pin, file });
  }
  let newest = 0;
  for (let at = 0; at < files.length; at += 50)
    newest = Math.max(newest, ...(await readers[payload](files.slice(at, at + 50), builder)));
  return newest;
}

/**
 * The date in the header of a deb's `debian-binary` member, which dpkg-deb sets from SOURCE_DATE_EPOCH (deb(5), ar format).
 */
async function readDebDate({ pin, file }: StoredPin): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const header = Buffer.alloc(36);
    await handle.read(header, 0, header.length, 0);
    const date = /^!<arch>\ndebian-binary(?: {3}|\/ {2})(\d+) *$/.exec(header.toString('latin1'))?.[1];
    if (date === undefined)
      throw new AperiodicError('digest-mismatch', `${pin.name} is not a Debian package`);
    return Number(date);
  } finally {
    await handle.close();
  }
}

/** BUILDTIME of the header. */
async function readRpmDates(files: readonly StoredPin[], builder?: Builder): Promise<number[]> {
  const options = ['--query', '--package', '--nosignature', '--nodigest', '--queryformat', '%{BUILDTIME}\\n'];
  const readable = files.map(({ file }) => path.resolve(file));
  const told = { failure: 'digest-mismatch', what: 'a file of the store is not an rpm' } as const;
  const { stdout } = await runTool(builder, 'rpm', [...options, '--', ...readable], told, { readable });
  const dates = stdout.trim().split('\n').map(Number);
  if (dates.length === files.length && dates.every((date) => Number.isSafeInteger(date) && date >= 0))
    return dates;
  throw new AperiodicError('digest-mismatch', 'the dates of rpms in the store could not be read');
}
