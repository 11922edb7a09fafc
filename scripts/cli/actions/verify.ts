/** Carries out `aperiodic verify`. Writes nothing but the serials that it saw. */
import { homedir } from 'node:os';
import path from 'node:path';
import { createVerifier } from '../../adapters/openpgp/verifier.ts';
import { AperiodicError } from '../../model/errors.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Signature } from '../../ports.ts';
import type { Context, Outcome } from '../command.ts';
import { verifyFolder, within } from '../verify/folder.ts';
import { loadKeyring } from '../verify/keyring.ts';
import { defaultStateFile, remember } from '../verify/state.ts';
import { findAmi, openStreamDocument } from '../verify/stream.ts';

export async function runVerify(context: Context): Promise<Outcome> {
  const { given } = context;
  const folder = given.optional('folder');
  const stream = given.text('stream');
  if ((folder === undefined) === (stream === undefined))
    throw new AperiodicError('usage', 'name either a folder, or a document with --stream');
  if (stream === undefined && ['ami', 'region', 'state'].some((option) => given.text(option) !== undefined))
    throw new AperiodicError('usage', '--ami, --region and --state go with --stream');
  const keys = await loadKeyring(given.text('keyring'), () => context.root());
  if (stream !== undefined) return await runStream(context, stream, keys);
  const verifier = createVerifier();
  const options = { keys, verifier, partial: given.flag('partial') };
  const report = await verifyFolder(path.resolve(folder ?? ''), options);
  const { checksum, by, verified, signed, absent } = report;
  const lines = [
    `${checksum}: signed by ${describe(by)}`,
    ...verified.map(
      (name) => `${name}: as signed${signed.includes(name) ? ', and by its own signature' : ''}`,
    ),
    ...absent.map((name) => `${name}: not there, not checked`),
  ];
  return { json: { ok: true, ...report, by: toJson(by) }, text: lines.join('\n') };
}

async function runStream(
  { given, env }: Context,
  file: string,
  keys: readonly Uint8Array[],
): Promise<Outcome> {
  const ami = given.text('ami');
  const region = given.text('region');
  if ((ami === undefined) !== (region === undefined))
    throw new AperiodicError('usage', '--ami and --region go together: ids are of one region');
  const { document, by } = await openStreamDocument(file, keys, createVerifier(), new Date());
  const state = given.text('state') ?? defaultStateFile(env, homedir());
  const before = await within(file, () => remember(document, state));
  const found = ami === undefined || region === undefined ? undefined : findAmi(document, ami, region);
  const live = document.releases.filter((release) => release.state === 'live').length;
  const lines = [
    `${document.stream}: serial ${document.serial} (${before === 0 ? 'the first that is seen here' : `${before} was seen before`}), signed by ${describe(by)}`,
    `latest: ${document.latest ?? 'none, all were withdrawn'}; ${live} live of ${document.releases.length} releases`,
    ...(found === undefined
      ? []
      : [
          `${ami} in ${region}: ${document.stream} ${found.release.version} for ${found.architecture}, live${found.isLatest ? ', the latest' : `; ${document.latest} is newer`}`,
        ]),
  ];
  const image = found && {
    ami,
    region,
    version: found.release.version,
    architecture: found.architecture,
    latest: found.isLatest,
  };
  return {
    json: { ok: true, document, by: toJson(by), ...(image === undefined ? {} : { image }) },
    text: lines.join('\n'),
  };
}

function describe({ fingerprint, userId, at }: Signature): string {
  return `${fingerprint} (${userId}) at ${timestamp(at)}`;
}

function toJson({ fingerprint, userId, at, expiresAt }: Signature) {
  return {
    fingerprint,
    userId,
    at: timestamp(at),
    expiresAt: expiresAt === undefined ? null : timestamp(expiresAt),
  };
}
