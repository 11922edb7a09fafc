/**
 * In: a stream. Out: its signed document on every mirror that holds a release of it, as the newest main branch has it.
 *
 * Safe to run twice: it is signed to the same bytes, and a mirror that has them is not written to. It never goes back: a
 * mirror with a newer one is left alone, and the main branch is read again after the last write, so that of two runs at once
 * the one that ends last leaves the newest.
 */
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { readKeyring } from '../model/keyring.ts';
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { signingDate } from '../model/signing-date.ts';
import {
  dateOfDocument,
  makeStreamDocument,
  maxStreamDocumentBytes,
  parseStreamDocument,
  streamDocumentName,
} from '../model/stream-document.ts';
import type { Tree } from '../model/tree.ts';
import type { StreamDocument } from '../model/types.generated.ts';
import { parseYaml } from '../model/yaml.ts';
import type { Mirror, Ports } from '../ports.ts';
import { renderStreamDocument } from '../render/stream-document.ts';
import { showOnAll } from './mirror/show-on-all.ts';

export type ShowPorts = Pick<Ports, 'forge' | 'log' | 'mirror' | 'signer' | 'verifier'>;

/** What a tree says should be shown, and where. */
interface Wanted {
  document: StreamDocument;
  text: string;
  /** Ids, sorted. */
  mirrors: string[];
  /** The repository's public keys. */
  keyring: Uint8Array[];
}

/** Each time that somebody changes the records meanwhile costs one. */
const attempts = 5;

/**
 * @param newest the newest main branch, when it was just read
 * @throws AperiodicError of the first mirror that failed, after all were tried
 */
export async function showStream(stream: string, ports: ShowPorts, newest?: Tree): Promise<void> {
  let shown: Wanted | undefined;
  // What failed may have failed because another run was faster: it counts when the main branch has not moved since.
  let failure: AperiodicError | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tree = attempt === 0 && newest !== undefined ? newest : await ports.forge.head();
    const wanted = await readWanted(stream, tree);
    if (wanted === undefined) return;
    // What the main branch said while it was written is what must be there in the end.
    if (shown?.text === wanted.text && shown.mirrors.join() === wanted.mirrors.join()) {
      if (failure !== undefined) throw failure;
      return;
    }
    shown = wanted;
    failure = undefined;
    try {
      if (!(await showAll(wanted, ports))) return;
    } catch (error) {
      failure = toAperiodicError(error);
    }
  }
  throw new AperiodicError('conflict', `records of ${stream} keep changing on the main branch: run again`);
}

async function readWanted(stream: string, tree: Tree): Promise<Wanted | undefined> {
  const { releases, problems } = await loadReleasesOf(stream, tree);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  const records = releases.flatMap(({ record }) => (record === undefined ? [] : [record]));
  const document = makeStreamDocument(records);
  if (document === undefined) return undefined;
  const file = 'releases/targets.yaml';
  const targets = parseYaml('Targets', (await tree.read(file)) ?? '', file);
  const held = new Set(records.flatMap(({ mirrors }) => mirrors.map(({ id }) => id)));
  const mirrors = targets.mirrors.map(({ id }) => id).filter((id) => held.has(id));
  const text = renderStreamDocument(document);
  return { document, text, mirrors: mirrors.sort(), keyring: await readKeyring(tree) };
}

/** Whether a mirror was written to. */
async function showAll(wanted: Wanted, ports: ShowPorts): Promise<boolean> {
  const { stream } = wanted.document;
  let signed: string | undefined;
  const sign = async () => {
    const keys = await ports.signer.keys();
    signed ??= await ports.signer.clearSign(wanted.text, signingDate(dateOfDocument(wanted.document), keys));
    return signed;
  };
  const show = async (id: string) => await showOn(ports.mirror(id), wanted, sign, ports);
  return await showOnAll(wanted.mirrors, `the signed document of ${stream}`, show);
}

async function showOn(
  mirror: Mirror,
  wanted: Wanted,
  sign: () => Promise<string>,
  ports: ShowPorts,
): Promise<boolean> {
  const { stream, serial } = wanted.document;
  const there = await mirror.read(stream, streamDocumentName, maxStreamDocumentBytes);
  const newest = there === undefined ? undefined : await readSigned(there, mirror.id, wanted, ports);
  // Whoever has no key may still see that there is nothing to do.
  if (newest?.text === wanted.text && !(await hasKey(ports))) return false;
  const signed = await sign();
  if (there === signed) return false;
  if (newest !== undefined && newest.document.serial > serial) {
    // Another run was faster, or records are gone from the main branch, which people have to look at.
    throw new AperiodicError(
      'conflict',
      `it has a newer one already (serial ${newest.document.serial}, the records say ${serial}): records never go back`,
    );
  }
  if (newest !== undefined && newest.document.serial === serial && newest.text !== wanted.text) {
    throw new AperiodicError(
      'conflict',
      `it has another one of the same serial ${serial}: a record was removed or changed by hand, release a new version`,
    );
  }
  await mirror.replace(stream, streamDocumentName, signed);
  ports.log.info(`${stream}: the signed document on ${mirror.id} has serial ${serial}`);
  return true;
}

/** Whether this machine can sign. */
export async function hasKey({ signer }: Pick<Ports, 'signer'>): Promise<boolean> {
  return await signer.keys().then(
    () => true,
    (error: unknown) => {
      if (toAperiodicError(error).code === 'not-found') return false;
      throw error;
    },
  );
}

/** Undefined for what none of our keys signed: nobody takes it for ours, so that it may be replaced. */
async function readSigned(signed: string, id: string, { document, keyring }: Wanted, ports: ShowPorts) {
  try {
    const keys = (await hasKey(ports)) ? await ports.signer.keys() : [];
    const own = keys.map(({ armored }) => Buffer.from(armored));
    const { text } = await ports.verifier.open(signed, [...keyring, ...own]);
    const found = parseStreamDocument(text);
    return found.stream === document.stream ? { text, document: found } : undefined;
  } catch (error) {
    const { message } = toAperiodicError(error);
    ports.log.warn(`the document of ${document.stream} on ${id} is not ours and is replaced: ${message}`);
    return undefined;
  }
}
