import { createHash, timingSafeEqual } from 'node:crypto';
import type { CallContext } from '../cloud.ts';
import { CloudError, invalidRequest } from '../errors.ts';
import { seconds } from '../protocols/json.ts';
import { type RestAnswer, type RestRequest, wholeNumber } from '../protocols/rest.ts';
import type { Snapshot } from '../state/types.ts';
import { BLOCK_SIZE, findReadable } from './open-snapshot.ts';

/** Block tokens are good for seven days. Source: EBS direct API Reference, ListSnapshotBlocks, "ExpiryTime". */
const TOKEN_LIFE = 7 * 24 * 3600 * 1000;

/** Source: EBS direct API Reference, ListSnapshotBlocks. */
export async function listSnapshotBlocks(request: RestRequest, context: CallContext): Promise<RestAnswer> {
  const snapshot = findReadable(request.path[1] ?? '', context);
  const map = await context.cloud.blocks.map(snapshot.id);
  const { indexes, next } = page([...map.keys()], request);
  const blocks = indexes.map((index) => ({
    BlockIndex: index,
    BlockToken: blockToken(snapshot.id, index, map.get(index) ?? ''),
  }));
  return listing(snapshot, context, { Blocks: blocks, NextToken: next });
}

/** What differs between two snapshots of one size or line. Source: EBS direct API Reference, ListChangedBlocks. */
export async function listChangedBlocks(request: RestRequest, context: CallContext): Promise<RestAnswer> {
  const second = findReadable(request.path[1] ?? '', context);
  const firstId = request.query.get('firstSnapshotId');
  const first = firstId === null ? undefined : findReadable(firstId, context);
  const before = first === undefined ? new Map<number, string>() : await context.cloud.blocks.map(first.id);
  const after = await context.cloud.blocks.map(second.id);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (index) => before.get(index) !== after.get(index),
  );
  const { indexes, next } = page(changed, request);
  const blocks = indexes.map((index) => ({
    BlockIndex: index,
    FirstBlockToken: tokenOf(first, index, before.get(index)),
    SecondBlockToken: tokenOf(second, index, after.get(index)),
  }));
  return listing(second, context, { ChangedBlocks: blocks, NextToken: next });
}

/** Source: EBS direct API Reference, GetSnapshotBlock: the token is that of a listing. */
export async function getSnapshotBlock(request: RestRequest, context: CallContext): Promise<RestAnswer> {
  const snapshot = findReadable(request.path[1] ?? '', context);
  const index = wholeNumber('blockIndex', request.path[3], 0, Number.MAX_SAFE_INTEGER) ?? -1;
  const digest = (await context.cloud.blocks.map(snapshot.id)).get(index);
  if (digest === undefined) throw invalidRequest('INVALID_BLOCK', `The snapshot has no block ${index}`);
  const expected = Buffer.from(blockToken(snapshot.id, index, digest));
  const given = Buffer.from(request.query.get('blockToken') ?? '');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw invalidRequest('INVALID_BLOCK_TOKEN', 'The block token is not valid');
  }
  const bytes = await context.cloud.blocks.read(digest);
  if (bytes === undefined)
    throw new CloudError('InternalServerException', `Block ${index} is damaged`, { status: 500 });
  const checksum = Buffer.from(digest, 'hex').toString('base64');
  return {
    status: 200,
    headers: {
      'x-amz-Data-Length': String(BLOCK_SIZE),
      'x-amz-Checksum': checksum,
      'x-amz-Checksum-Algorithm': 'SHA256',
    },
    bytes,
  };
}

function listing(snapshot: Snapshot, context: CallContext, body: Record<string, unknown>): RestAnswer {
  return {
    status: 200,
    json: {
      ...body,
      ExpiryTime: seconds(context.now + TOKEN_LIFE),
      VolumeSize: snapshot.volumeSize,
      BlockSize: BLOCK_SIZE,
    },
  };
}

/** MaxResults is 100 to 10,000. The page token is the first index of the next page. */
function page(all: readonly number[], request: RestRequest): { indexes: number[]; next: string | undefined } {
  const size = wholeNumber('MaxResults', request.query.get('maxResults'), 100, 10_000) ?? 10_000;
  const token = request.query.get('pageToken');
  const from =
    token === null
      ? request.query.get('startingBlockIndex')
      : Buffer.from(token, 'base64').toString('latin1');
  if (token !== null && !/^\d+$/.test(from ?? ''))
    throw invalidRequest('INVALID_PAGE_TOKEN', 'The page token is not valid');
  const start = wholeNumber('startingBlockIndex', from, 0, Number.MAX_SAFE_INTEGER) ?? 0;
  const rest = all.filter((index) => index >= start).sort((a, b) => a - b);
  const following = rest[size];
  return {
    indexes: rest.slice(0, size),
    next: following === undefined ? undefined : Buffer.from(String(following), 'latin1').toString('base64'),
  };
}

function tokenOf(
  snapshot: Snapshot | undefined,
  index: number,
  digest: string | undefined,
): string | undefined {
  return snapshot === undefined || digest === undefined ? undefined : blockToken(snapshot.id, index, digest);
}

function blockToken(snapshotId: string, index: number, digest: string): string {
  return createHash('sha256').update(`${snapshotId} ${index} ${digest}`).digest('base64');
}
