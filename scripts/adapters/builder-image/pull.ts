/** A builder image from its registry into the store, by skopeo: manifest, configuration and layers, each a file by its digest. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuilderReference, parseBuilderReference } from '../../model/container/builder-reference.ts';
import { blobName, digestOfText } from '../../model/container/oci.ts';
import { maxManifestBytes, readManifest } from '../../model/container/read-manifest.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { RegistryAddress } from '../../model/types.generated.ts';
import type { Store } from '../../ports.ts';
import type { RegistryLogin } from '../host/config.ts';
import { exec } from '../host/exec.ts';
import { withLogin } from '../registry/login.ts';
import { translateRegistryError } from '../registry/skopeo.ts';
import { chooseImage } from './stored.ts';

/** Logins that are for the registries of configuration, and go nowhere else. */
export interface RegistryLogins {
  registries: Readonly<Record<string, RegistryAddress>>;
  given?: RegistryLogin | undefined;
}

/** Seconds: a manifest; an image of some hundred MiB over a slow line. */
const limits = { inspect: 120, copy: 3600 } as const;
/** Bytes of all layers, as they come. A distribution's dnf and rpm take some 100 MiB. */
export const maxDownloadBytes = 2 * 1024 ** 3;
/** skopeo's words (containers/image) for bytes that are not what their name says. */
const damaged = /digest did not match|does ?n[o']t match|doesn't match|manifest verification failed/i;

/**
 * Nothing comes into the store before all of it is here.
 * @throws AperiodicError as Builders.fetch
 */
export async function pullBuilder(reference: string, store: Store, logins: RegistryLogins): Promise<void> {
  const parsed = parseBuilderReference(reference);
  const folder = await store.temporaryFolder();
  try {
    const call = caller(parsed, logins, folder);
    const texts = [await inspect(call, parsed.address, parsed.digest)];
    const [first = ''] = texts;
    const read = readManifest(first);
    let digest = parsed.digest;
    if ('index' in read) {
      digest = chooseImage(read.index, reference).digest;
      texts.push(await inspect(call, parsed.address, digest));
    }
    const found = readManifest(texts.at(-1) ?? '');
    if ('index' in found)
      throw new AperiodicError('invalid', `the builder image ${reference} is an index of indexes`);
    const { config, layers } = found.image;
    const bytes = layers.reduce((sum, { size }) => sum + size, 0);
    if (bytes > maxDownloadBytes || config.size > maxManifestBytes) throw tooLarge(reference, bytes);
    await call(
      'copy',
      // Its own manifest, not one that is made from it.
      [
        '--quiet',
        '--preserve-digests',
        '--retry-times=2',
        `docker://${parsed.address}@${digest}`,
        `dir:${folder}`,
      ],
      limits.copy,
    );
    const blobs = [...new Set([...layers, config].map((blob) => blobName(blob.digest)))];
    for (const blob of blobs) await store.add(path.join(folder, blob), blob);
    for (const text of texts.reverse()) {
      const file = path.join(folder, 'described');
      await writeFile(file, text);
      await store.add(file, blobName(digestOfText(text)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Call = (command: 'inspect' | 'copy', args: readonly string[], seconds: number) => Promise<string>;

/** A server that sends without an end fills no disk: no file may be larger than an image. */
function caller({ host, address, digest }: BuilderReference, logins: RegistryLogins, folder: string): Call {
  const known = Object.values(logins.registries).find(({ uri }) => new URL(uri).host === host);
  const isLoopback = /^(127(\.\d+){3}|localhost)(:\d+)?$/.test(host);
  const side = { inspect: '--', copy: '--src-' };
  return async (command, args, timeoutSeconds) => {
    const login =
      known?.authFile === undefined || logins.given !== undefined
        ? []
        : [`${command === 'copy' ? '--src-authfile' : '--authfile'}=${known.authFile}`];
    const run = async (env: Record<string, string>) =>
      await exec(
        'prlimit',
        [
          ...[`--fsize=${maxDownloadBytes}`, '--', 'skopeo', '--insecure-policy', command],
          ...[`${side[command]}tls-verify=${!isLoopback}`, ...login, ...args],
        ],
        { timeoutSeconds, failure: 'unreachable', what: 'the builder image could not be read', env },
      );
    try {
      const env = { TMPDIR: folder };
      const { stdout } =
        known === undefined || logins.given === undefined
          ? await run(env)
          : await withLogin(host, logins.given, (file) => run({ ...env, REGISTRY_AUTH_FILE: file }));
      return stdout;
    } catch (error) {
      if (error instanceof AperiodicError && damaged.test(error.detail ?? ''))
        throw mismatch(`${address}@${digest}`, error);
      throw translateRegistryError(error, host);
    }
  };
}

async function inspect(call: Call, address: string, digest: string): Promise<string> {
  const args = ['--raw', '--retry-times=2', `docker://${address}@${digest}`];
  const text = await call('inspect', args, limits.inspect);
  if (digestOfText(text) !== digest) throw mismatch(`${address}@${digest}`);
  return text;
}

function mismatch(reference: string, cause?: AperiodicError): AperiodicError {
  const text = `the registry gave something else than the builder image ${reference}: nothing of it is used`;
  return new AperiodicError('digest-mismatch', text, { detail: cause?.detail, cause });
}

function tooLarge(reference: string, bytes: number): AperiodicError {
  const most = maxDownloadBytes / 1024 ** 2;
  const has = Math.ceil(bytes / 1024 ** 2);
  return new AperiodicError(
    'invalid',
    `the builder image ${reference} has ${has} MiB: at most ${most} MiB are taken`,
  );
}
