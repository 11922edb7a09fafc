/** Carries out `aperiodic keys generate`. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { generateSigningKey } from '../../adapters/openpgp/generate.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Context, Outcome } from '../command.ts';

const defaultDays = 730;
const maxDays = 3650;
const privateMode = 0o600;

export async function runKeys({ given, env }: Context): Promise<Outcome> {
  const verb = given.argument('verb');
  if (verb !== 'generate') throw new AperiodicError('usage', `there is no 'keys ${verb}': generate is all`);
  const name = required(given.text('name'), '--name');
  const out = path.resolve(required(given.text('out'), '--out'));
  const days = Number(given.text('expires') ?? defaultDays);
  if (!Number.isInteger(days) || days < 1 || days > maxDays)
    throw new AperiodicError('usage', `--expires takes days, from 1 to ${maxDays}`);
  if (!/^[^<>\p{C}]{5,200}$/u.test(name))
    throw new AperiodicError('usage', '--name takes 5 to 200 characters, none of them < or >');
  const passphrase = env.APERIODIC_SIGNING_PASSPHRASE;
  const made = await writeKey(out, name, new Date(), days, passphrase === '' ? undefined : passphrase);
  const lines = [
    `${made.fingerprint} (${name}), expires in ${days} days`,
    `private key: ${made.privateFile} (keep it secret${passphrase ? '' : '; it has no passphrase'})`,
    `public key:  ${made.publicFile} (into releases/keys by a pull request)`,
    `revocation:  ${made.revocationFile} (keep it secret, elsewhere)`,
  ];
  return { json: { ...made, name, days }, text: lines.join('\n') };
}

/**
 * Files that are there are never replaced: the only copy of a key would be lost.
 * @param passphrase that the private key is encrypted with
 */
export async function writeKey(out: string, name: string, now: Date, days: number, passphrase?: string) {
  const revocationFile = `${out.replace(/\.asc$/, '')}.revoke.asc`;
  const files = { privateFile: out, publicFile: publicKeyOf(out), revocationFile };
  // To the second, as OpenPGP has it.
  const createdAt = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const key = await generateSigningKey(name, createdAt, days, passphrase);
  const handle = await open(out, 'wx', privateMode).catch((cause: unknown) => {
    throw new AperiodicError('conflict', 'is there already, or its folder is not: name another file', {
      file: out,
      cause,
    });
  });
  try {
    await handle.writeFile(key.privateKey);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await writeFileAtomic(files.publicFile, key.publicKey);
  await writeFileAtomic(files.revocationFile, key.revocation, { mode: privateMode });
  return { fingerprint: key.fingerprint, ...files };
}

/** Where `writeKey` puts the public key of a private one. */
export function publicKeyOf(out: string): string {
  return `${out.replace(/\.asc$/, '')}.pub.asc`;
}

function required(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw new AperiodicError('usage', `say ${option}`);
}
