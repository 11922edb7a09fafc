/**
 * The frame of a clear-signed document (RFC 9580, 7): one, and nothing around it. Programs for OpenPGP skip what stands before
 * and after, which readers would take for signed.
 */
import { AperiodicError } from './errors.ts';

const begin = '-----BEGIN PGP SIGNED MESSAGE-----';
const signature = '-----BEGIN PGP SIGNATURE-----';
const end = '-----END PGP SIGNATURE-----';

/** @throws AperiodicError `invalid` */
export function assertClearSigned(signed: string): void {
  const lines = signed.split('\n');
  const refuse = (why: string) => new AperiodicError('invalid', `${why}: take the file from a mirror again`);
  if (lines[0] !== begin) throw refuse('it does not begin as a clear-signed document');
  if (lines.at(-1) !== '' || lines.at(-2) !== end)
    throw refuse('it does not end with its signature, it is cut off or has text behind it');
  for (const marker of [begin, signature, end])
    if (lines.filter((line) => line.trimEnd() === marker).length !== 1)
      throw refuse(`it has not exactly one line '${marker}'`);
  // Only the hash may be named before the text: whatever else stood there would not be signed.
  const body = lines.indexOf('');
  if (body < 1 || !lines.slice(1, body).every((line) => /^Hash: [A-Z0-9, ]+$/.test(line)))
    throw refuse('it has lines between its head and its text');
}
