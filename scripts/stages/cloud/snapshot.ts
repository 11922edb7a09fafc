/** Get-or-create of a snapshot that holds a raw image, proven by reading it back. */
import { clientToken, type ImageIdentity, imageName, imageTags, tagKeys } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { CloudRegion, CloudSnapshot, Ports, Task } from '../../ports.ts';
import { blockSize, checksumOf, digestOf, inParallel, readBlocks } from './blocks.ts';
import { deleteUnused } from './find-image.ts';
import { describe, versionTags } from './identity.ts';
import { openSentBlocks } from './sent-blocks.ts';
import { settle } from './settle.ts';

const minute = 60_000;
const gibibyte = 1024 ** 3;

/** A new snapshot is unknown to some of AWS for up to two minutes. */
const visible = 6 * minute;
const completed = 60 * minute;
/** A snapshot that failed is thrown away and made anew. */
const attempts = 4;

export interface SnapshotSource {
  identity: ImageIdentity;
  /** Local path of the raw image, and its bytes. */
  file: string;
  size: number;
}

type SnapshotPorts = Pick<Ports, 'clock' | 'values' | 'log'>;

/**
 * Id of a completed, private snapshot whose every block was read back and is the image's.
 *
 * Safe to run again after any call: the snapshot is found by its tags, or by the token that it was started with; blocks
 * that were sent are not sent again; one that turns out to be sealed already is only read back.
 * @throws AperiodicError `denied` when the account encrypts what it makes, `digest-mismatch` when AWS keeps other bytes
 */
export async function ensureSnapshot(
  source: SnapshotSource,
  region: CloudRegion,
  ports: SnapshotPorts,
  task: Task,
): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const snapshot = await findOrStart(source, attempt, region, ports);
    const problem =
      snapshot === undefined ? 'never showed' : await fillAndProve(source, snapshot, region, ports, task);
    if (problem === undefined && snapshot !== undefined) return snapshot.id;
    const what = `the snapshot ${snapshot?.id ?? ''} of ${describe(source.identity)} in ${region.id} ${problem}`;
    if (attempt + 1 >= attempts)
      throw new AperiodicError('digest-mismatch', `${what}, again and again: run again later`);
    ports.log.warn(`${what}: it is made anew`);
    if (snapshot !== undefined) await region.deleteSnapshot(snapshot.id);
  }
}

/** Undefined when a snapshot was started and never showed: its token is used up. */
async function findOrStart(
  source: SnapshotSource,
  attempt: number,
  region: CloudRegion,
  { clock, log }: SnapshotPorts,
): Promise<CloudSnapshot | undefined> {
  const { identity, size } = source;
  const found = await findUsable(identity, region, log);
  if (found !== undefined) return found;
  const id = await region.startSnapshot({
    gibibytes: Math.ceil(size / gibibyte),
    description: imageName(identity),
    tags: imageTags(identity),
    token: clientToken(`snapshot ${attempt}`, region.id, identity),
  });
  const shown = await settle({
    what: `the snapshot ${id} shows in ${region.id}`,
    read: () => region.snapshot(id),
    accept: (snapshot) => snapshot !== undefined,
    limit: visible,
    otherwise: () => undefined,
    clock,
  });
  if (shown !== undefined) refuseEncrypted(shown, region);
  return shown;
}

/** Removes what cannot be used: failed snapshots, and private ones of the same version with other bytes. */
async function findUsable(
  identity: ImageIdentity,
  region: CloudRegion,
  log: SnapshotPorts['log'],
): Promise<CloudSnapshot | undefined> {
  const all = await region.findSnapshots(versionTags(identity));
  const usable = all.filter(({ tags, state }) => tags[tagKeys.raw] === identity.raw && state !== 'error');
  const best = usable.find(({ state }) => state === 'completed') ?? usable[0];
  if (best !== undefined) refuseEncrypted(best, region);
  for (const snapshot of all) {
    if (snapshot === best) continue;
    log.info(`removing the snapshot ${snapshot.id} from ${region.id}: a leftover of ${describe(identity)}`);
    await deleteUnused(region, snapshot.id);
  }
  return best;
}

function refuseEncrypted({ id, encrypted }: CloudSnapshot, region: CloudRegion): void {
  if (!encrypted) return;
  throw new AperiodicError(
    'denied',
    `the snapshot ${id} in ${region.id} is encrypted and could never be public: turn off EBS encryption by default there and delete it`,
  );
}

/** Undefined when the snapshot is completed and holds the image, else what is wrong with it. */
async function fillAndProve(
  source: SnapshotSource,
  snapshot: CloudSnapshot,
  region: CloudRegion,
  ports: SnapshotPorts,
  task: Task,
): Promise<string | undefined> {
  const pending = snapshot.state === 'pending';
  const digests = await sendBlocks(source, pending ? snapshot.id : undefined, region, ports, task);
  if (pending) {
    const refusal = await ifTaken(region.completeSnapshot(snapshot.id, digests.size, checksumOf(digests)));
    task.note('waiting for the snapshot');
    const { state } = await settle<{ state: CloudSnapshot['state'] }>({
      what: `the snapshot ${snapshot.id} in ${region.id} is completed`,
      read: async () => (await region.snapshot(snapshot.id)) ?? snapshot,
      accept: (seen) => seen.state !== 'pending',
      limit: completed,
      clock: ports.clock,
      // One that refused to be completed either was sealed already, or never will be.
      ...(refusal === undefined ? {} : { limit: visible, otherwise: () => ({ state: 'error' }) }),
    });
    if (state !== 'completed') return `failed${refusal === undefined ? '' : ` (${refusal.detail})`}`;
  }
  return await readBack(snapshot.id, digests, region, task);
}

/** Digests of all blocks by index, after those that the snapshot lacks were sent. Without a snapshot none are. */
async function sendBlocks(
  { identity, file, size }: SnapshotSource,
  snapshot: string | undefined,
  region: CloudRegion,
  { values }: SnapshotPorts,
  task: Task,
): Promise<Map<number, string>> {
  const digests = new Map<number, string>();
  const { stream, version, architecture } = identity;
  const name = `${stream}/${version}/${architecture}/sent-blocks`;
  const sent = snapshot === undefined ? undefined : await openSentBlocks(values, name, snapshot);
  let sealed = false;
  task.note(snapshot === undefined ? 'reading the image' : 'sending blocks');
  const work = inParallel(readBlocks(file, size), async ({ index, data, digest }) => {
    digests.set(index, digest);
    task.progress(Math.min(size, (index + 1) * blockSize), size, 'bytes');
    if (snapshot === undefined || sent === undefined || sealed || sent.has(index)) return;
    const refusal = await ifTaken(region.putBlock(snapshot, index, data, digest));
    if (refusal === undefined) await sent.add(index);
    else sealed = true;
  });
  await work.finally(() => sent?.save());
  return digests;
}

/** Undefined when the snapshot has exactly these blocks. It is private: AWS lets nobody read blocks of a public one. */
async function readBack(
  snapshot: string,
  digests: ReadonlyMap<number, string>,
  region: CloudRegion,
  task: Task,
): Promise<string | undefined> {
  task.note('reading back');
  const blocks = await region.listBlocks(snapshot);
  const listed = new Set(blocks.map(({ index }) => index));
  if (listed.size !== digests.size || [...digests.keys()].some((index) => !listed.has(index)))
    return `holds ${listed.size} blocks instead of ${digests.size}`;
  let wrong: number | undefined;
  let done = 0;
  await inParallel(blocks, async ({ index, token }) => {
    if (wrong !== undefined) return;
    if (digestOf(await region.getBlock(snapshot, index, token)) !== digests.get(index)) wrong = index;
    done += 1;
    task.progress(done * blockSize, blocks.length * blockSize, 'bytes');
  });
  return wrong === undefined ? undefined : `holds other bytes in block ${wrong}`;
}

/** The refusal of a snapshot that is sealed, or is not what the call says; other errors are thrown. */
async function ifTaken(call: Promise<void>): Promise<AperiodicError | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (error instanceof AperiodicError && error.code === 'conflict') return error;
    throw error;
  }
}
