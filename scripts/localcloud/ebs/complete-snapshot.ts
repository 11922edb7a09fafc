import { createHash } from 'node:crypto';
import type { CallContext } from '../cloud.ts';
import { snapshotState } from '../ec2/find.ts';
import { invalidRequest } from '../errors.ts';
import { type RestAnswer, type RestRequest, wholeNumber } from '../protocols/rest.ts';
import type { BlockMap } from '../state/block-store.ts';
import { findOpen } from './open-snapshot.ts';

/**
 * Seals a snapshot. ChangedBlocksCount must be the number of blocks written to it; the checksum, when there is one, is
 * base64 of the SHA256 of the blocks' SHA256 digests joined in the order of their indexes (LINEAR).
 * Source: EBS direct API Reference, CompleteSnapshot. AWS checks later and the snapshot ends in `error`; here the call
 * itself says no, which a client finds sooner.
 */
export async function completeSnapshot(request: RestRequest, context: CallContext): Promise<RestAnswer> {
  const snapshot = findOpen(request.path[2] ?? '', context);
  const own = await context.cloud.blocks.map(snapshot.id);
  const claimed = wholeNumber('ChangedBlocksCount', request.header('x-amz-changedblockscount'), 0, 2 ** 31);
  if (claimed === undefined) throw invalidRequest('INVALID_PARAMETER_VALUE', 'ChangedBlocksCount is missing');
  if (claimed !== own.size) {
    throw invalidRequest(
      'INVALID_PARAMETER_VALUE',
      `ChangedBlocksCount is ${claimed}, but ${own.size} blocks were written`,
    );
  }
  checkChecksum(request, own);
  const parent = snapshot.parent === undefined ? new Map() : await context.cloud.blocks.map(snapshot.parent);
  await context.cloud.blocks.seal(snapshot.id, new Map([...parent, ...own]));
  snapshot.phase = 'sealed';
  snapshot.completesAt = context.now + context.cloud.delays.snapshot * 1000;
  context.region.changed();
  return { status: 202, json: { Status: snapshotState(snapshot, context.now) } };
}

function checkChecksum(request: RestRequest, own: BlockMap): void {
  const checksum = request.header('x-amz-checksum');
  if (checksum === undefined) return;
  const algorithm = request.header('x-amz-checksum-algorithm') ?? 'SHA256';
  const method = request.header('x-amz-checksum-aggregation-method') ?? 'LINEAR';
  if (algorithm !== 'SHA256' || method !== 'LINEAR') {
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'The checksum must be SHA256, aggregated LINEAR');
  }
  if (checksum !== linearChecksum(own)) {
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'The checksum of the snapshot does not match its blocks');
  }
}

function linearChecksum(blocks: BlockMap): string {
  const hash = createHash('sha256');
  for (const [, digest] of [...blocks].sort(([a], [b]) => a - b)) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('base64');
}
