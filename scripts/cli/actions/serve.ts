/** Carries out `aperiodic serve`: serves until it is interrupted. Writes nothing. */
import { isIP } from 'node:net';
import path from 'node:path';
import { watchGenerations } from '../../adapters/service/generation.ts';
import { createService } from '../../adapters/service/service.ts';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import type { Context, Outcome } from '../command.ts';

export async function runServe({ given, log, signal }: Context): Promise<Outcome> {
  const folder = path.resolve(given.argument('folder'));
  const host = given.text('host') ?? '127.0.0.1';
  const port = readNumber('port', given.text('port') ?? '8080', 65_535);
  const rate = readNumber('rate', given.text('rate') ?? '600', 1_000_000);
  const trustProxy = readProxies(given.text('trust-proxy'));
  const downloads = readAddress('downloads', given.text('downloads'));
  const generations = watchGenerations(folder);
  // Whoever mistypes the folder is to know now, not by the first request.
  const { catalog } = await generations.current();
  const app = await createService({
    folder,
    rate,
    trustProxy,
    downloads,
    generations,
    onError: (error) => log.warn(toAperiodicError(error).located),
  });
  const address = await app.listen({ host, port }).catch((cause: unknown) => {
    throw new AperiodicError('conflict', `cannot listen on ${host}:${port}: name another --host or --port`, {
      cause,
    });
  });
  log.info(`${catalog.streams.length} streams of ${folder} at ${address}\nServing until interrupted.`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await app.close();
  return { json: { folder, address }, text: 'stopped' };
}

/** Of addresses and ranges with commas between them. */
function readProxies(text: string | undefined): string[] {
  const proxies = text?.split(',').map((one) => one.trim()) ?? [];
  const wrong = proxies.find((one) => !isAddressOrRange(one));
  if (wrong === undefined) return proxies;
  throw new AperiodicError(
    'usage',
    `--trust-proxy has '${wrong}': write addresses or ranges of proxies, such as 127.0.0.1,10.0.0.0/8`,
  );
}

/** A range of everything would believe everybody. */
function isAddressOrRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** As releases/targets.yaml has it, without a slash at its end. */
function readAddress(option: string, text: string | undefined): string | undefined {
  const address = text?.replace(/\/$/, '');
  if (address === undefined || /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*$/.test(address))
    return address;
  throw new AperiodicError(
    'usage',
    `--${option} is no address: write one such as https://mirror.example.org/images`,
  );
}

function readNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d{1,7}$/.test(text) && number <= most) return number;
  throw new AperiodicError('usage', `--${option} is '${text}': write a number up to ${most}`);
}
