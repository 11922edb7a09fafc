/**
 * Brings the notices of a stream to its mirrors, in a folder of their own: a release's folder never changes once it is
 * signed, and notices do, when a release is withdrawn or comes to one more region.
 *
 * CHECKSUM, clear-signed and written last, names every file. One that our keys signed and that says the same is proof that there is
 * nothing to do. Safe to run twice, and by several at once: the main branch is read again after the last write.
 */
import { createHash } from 'node:crypto';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { signingDate } from '../../model/signing-date.ts';
import type { Tree } from '../../model/tree.ts';
import type { Mirror } from '../../ports.ts';
import { renderChecksums } from '../../render/checksum.ts';
import { noticesChecksum } from '../../render/notices/files.ts';
import { noticesFolder } from '../../render/notices/words.ts';
import { showOnAll } from '../mirror/show-on-all.ts';
import { hasKey } from '../show-stream.ts';
import { type GivePorts, readNotices, type WantedNotices } from './read-notices.ts';

const maxChecksum = 4 * 1024 * 1024;
/** Each time that somebody changes the records meanwhile costs one. */
const attempts = 5;

/** @throws AperiodicError of the first mirror that failed, after all were tried */
export async function showNotices(
  stream: string,
  ports: GivePorts,
  newest?: Tree,
): Promise<WantedNotices | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tree = attempt === 0 && newest !== undefined ? newest : await ports.forge.head();
    const wanted = await readNotices(stream, tree, ports);
    // What the main branch said while it was written is what must be there in the end.
    if (wanted === undefined || !(await showAll(wanted, ports))) return wanted;
  }
  throw new AperiodicError('conflict', `records of ${stream} keep changing on the main branch: run again`);
}

/** Whether a mirror was written to. */
async function showAll(wanted: WantedNotices, ports: GivePorts): Promise<boolean> {
  const show = async (id: string) => await showOn(ports.mirror(id), wanted, ports);
  return await showOnAll(wanted.mirrors, `the notices of ${wanted.stream}`, show);
}

async function showOn(mirror: Mirror, wanted: WantedNotices, ports: GivePorts): Promise<boolean> {
  const folder = noticesFolder(wanted.stream);
  const text = listFiles(wanted.files);
  const there = await mirror.read(folder, noticesChecksum, maxChecksum);
  const said = there === undefined ? '' : await readSigned(there, mirror.id, wanted, ports);
  // Whoever has no key may still see that there is nothing to do.
  if (said === text && !(await hasKey(ports))) return false;
  const signed = await ports.signer.clearSign(text, signingDate(wanted.date, await ports.signer.keys()));
  if (there === signed) return false;
  const known = new Set(said.split('\n'));
  for (const [path, content] of wanted.files) {
    if (known.has(lineOf(path, content))) continue;
    const [name = '', ...above] = path.split('/').reverse();
    await mirror.replace([folder, ...above.reverse()].join('/'), name, content);
  }
  await mirror.replace(folder, noticesChecksum, signed);
  ports.log.info(`${wanted.stream}: ${mirror.id} has its notices, ${wanted.files.size} files in all`);
  return true;
}

function listFiles(files: ReadonlyMap<string, string>): string {
  return renderChecksums([...files].map(([name, content]) => ({ name, ...describe(content) })));
}

function lineOf(name: string, content: string): string {
  const [, line = ''] = renderChecksums([{ name, ...describe(content) }]).split('\n');
  return line;
}

function describe(content: string): { size: number; sha256: string } {
  const bytes = Buffer.from(content);
  return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Empty for what none of our keys signed: nobody takes it for ours, so that it may be replaced. */
async function readSigned(
  signed: string,
  id: string,
  { stream, keyring }: WantedNotices,
  ports: GivePorts,
): Promise<string> {
  try {
    const keys = (await hasKey(ports)) ? await ports.signer.keys() : [];
    const own = keys.map(({ armored }) => Buffer.from(armored));
    return (await ports.verifier.open(signed, [...keyring, ...own])).text;
  } catch (error) {
    const { message } = toAperiodicError(error);
    ports.log.warn(`the list of notices of ${stream} on ${id} is not ours and is replaced: ${message}`);
    return '';
  }
}
