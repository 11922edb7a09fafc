/**
 * Brings simplestreams of all streams to the top of each mirror that holds files: paths in them are relative to the folder that
 * `streams/` lies in. Each mirror tells of the files that it keeps, and all of them of the same AMIs.
 *
 * It follows from the main branch alone: mirrors that hold and keep the same releases have the same bytes. Safe to run twice and by
 * several at once: what is right is not written, and the main branch is read again after the last write. Documents come before the
 * index that names them, and each signed file beside its plain one; without a key nothing is written. What cannot be told, for a
 * broken file of any stream, stays as it was and stops no release.
 */
import path from 'node:path';
import { type Catalog, heldBy } from '../model/catalog/catalog.ts';
import { loadCatalog } from '../model/catalog/load-catalog.ts';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import { signingDate } from '../model/signing-date.ts';
import type { PublishedFile } from '../model/site/file.ts';
import { findIdPrefix } from '../model/site/site-settings.ts';
import type { Tree } from '../model/tree.ts';
import type { Mirror, Ports, SigningKey } from '../ports.ts';
import {
  renderGoneProducts,
  renderStreamProducts,
  renderStreamsIndex,
} from '../render/simplestreams/render.ts';
import { showOnAll } from './mirror/show-on-all.ts';
import { hasKey } from './show-stream.ts';

export type SimplestreamsPorts = Pick<Ports, 'forge' | 'log' | 'mirror' | 'signer'>;

interface Wanted {
  catalog: Catalog;
  prefix: string;
  /** Ids, sorted. */
  mirrors: string[];
}

/** Of one file, in bytes: thousands of AMIs are some megabytes. */
const maxFile = 64 * 1024 * 1024;
/** Each time that somebody changes the records meanwhile costs one. */
const attempts = 5;

/**
 * Nothing is asked of a mirror without a signing key, nor of one that no record names.
 * @param newest the newest main branch, when it was just read
 * @throws AperiodicError of the first mirror that failed, after all were tried
 */
export async function showSimplestreams(ports: SimplestreamsPorts, newest?: Tree): Promise<void> {
  if (!(await hasKey(ports))) return;
  const keys = await ports.signer.keys();
  const sign = createSigning(keys, ports);
  let told: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tree = attempt === 0 && newest !== undefined ? newest : await ports.forge.head();
    // Who wrote of an older commit meanwhile finds this one as the newest when it is done.
    if (tree.commit === told) return;
    told = tree.commit;
    const wanted = await readWanted(tree, ports);
    if (wanted === undefined || !(await showAll(wanted, sign, ports))) return;
  }
  throw new AperiodicError('conflict', 'records keep changing on the main branch: run again');
}

async function readWanted(tree: Tree, { log }: Pick<Ports, 'log'>): Promise<Wanted | undefined> {
  try {
    const { catalog, targets } = await loadCatalog(tree);
    if (targets === undefined) return undefined;
    const held = new Set<string>();
    for (const { releases } of catalog.streams)
      for (const { record } of releases) for (const { id } of record.mirrors) held.add(id);
    const mirrors = targets.mirrors.map(({ id }) => id).filter((id) => held.has(id));
    return { catalog, prefix: findIdPrefix(targets), mirrors: mirrors.sort(compareText) };
  } catch (error) {
    const { file, located } = toAperiodicError(error);
    if (file === undefined) throw error;
    log.warn(`simplestreams on mirrors are as they were before, and are made by the next run: ${located}`);
    return undefined;
  }
}

/** Whether a mirror was written to. */
async function showAll(
  { catalog, prefix, mirrors }: Wanted,
  sign: Signing,
  ports: SimplestreamsPorts,
): Promise<boolean> {
  return await showOnAll(mirrors, 'simplestreams', async (id) => {
    const written = await showOn(ports.mirror(id), heldBy(catalog, id), prefix, sign);
    if (written) ports.log.info(`${id} has simplestreams of all streams`);
    return written;
  });
}

async function showOn(mirror: Mirror, catalog: Catalog, prefix: string, sign: Signing): Promise<boolean> {
  let written = false;
  const options = { prefix };
  const documents = catalog.streams.flatMap((stream) => renderStreamProducts(stream, options));
  for (const file of [...documents, renderStreamsIndex(catalog, options)])
    for (const one of await sign(file)) if (await put(mirror, one)) written = true;
  // Nothing leads to these any more; who kept their addresses is not to get what was withdrawn.
  for (const file of catalog.streams.flatMap((stream) => renderGoneProducts(stream, options)))
    for (const one of await sign(file)) if (await put(mirror, one, 'where it is')) written = true;
  return written;
}

type Signing = (file: PublishedFile) => Promise<readonly PublishedFile[]>;

/** A file and its signed sibling. What mirrors have in common is signed once. */
function createSigning(keys: readonly SigningKey[], { signer }: Pick<Ports, 'signer'>): Signing {
  const known = new Map<string, string>();
  return async ({ path: plain, content, signed }) => {
    const file = { path: plain, content };
    if (signed === undefined) return [file];
    const key = `${signed.at}\n${signed.text}`;
    const text =
      known.get(key) ?? (await signer.clearSign(signed.text, signingDate(new Date(signed.at), keys)));
    known.set(key, text);
    return [file, { path: signed.path, content: text }];
  };
}

async function put(
  mirror: Mirror,
  { path: file, content }: PublishedFile,
  mode: 'always' | 'where it is' = 'always',
): Promise<boolean> {
  const { dir, base } = path.posix.parse(file);
  const there = await mirror.read(dir, base, maxFile);
  if (there === content || (there === undefined && mode === 'where it is')) return false;
  await mirror.replace(dir, base, content);
  return true;
}
