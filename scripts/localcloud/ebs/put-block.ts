import type { CallContext } from '../cloud.ts';
import { invalidRequest } from '../errors.ts';
import { type RestAnswer, type RestRequest, wholeNumber } from '../protocols/rest.ts';
import { BLOCK_SIZE, blockCount, findOpen, touch } from './open-snapshot.ts';

/**
 * One block of exactly 524288 bytes with its SHA256, to a pending snapshot; what was there is overwritten.
 * Source: EBS direct API Reference, PutSnapshotBlock.
 */
export async function putSnapshotBlock(request: RestRequest, context: CallContext): Promise<RestAnswer> {
  const snapshot = findOpen(request.path[1] ?? '', context);
  const index = wholeNumber('blockIndex', request.path[3], 0, Number.MAX_SAFE_INTEGER) ?? -1;
  if (index < 0 || index >= blockCount(snapshot)) {
    throw invalidRequest(
      'INVALID_BLOCK',
      `Block ${index} is outside of a volume of ${snapshot.volumeSize} GiB`,
    );
  }
  wholeNumber('Progress', request.header('x-amz-progress'), 0, 100);
  const length = wholeNumber('DataLength', request.header('x-amz-data-length'), 0, Number.MAX_SAFE_INTEGER);
  if (length !== BLOCK_SIZE || request.body.length !== BLOCK_SIZE) {
    throw invalidRequest('INVALID_BLOCK', `A block has exactly ${BLOCK_SIZE} bytes`);
  }
  if (request.header('x-amz-checksum-algorithm') !== 'SHA256') {
    throw invalidRequest('INVALID_PARAMETER_VALUE', 'ChecksumAlgorithm must be SHA256');
  }
  const digest = request.bodyDigest();
  const checksum = Buffer.from(digest, 'hex').toString('base64');
  if (request.header('x-amz-checksum') !== checksum) {
    throw invalidRequest('INVALID_BLOCK', 'The checksum does not match the data');
  }
  await context.cloud.blocks.put(snapshot.id, index, digest, request.body);
  touch(snapshot, context.now);
  return {
    status: 201,
    headers: { 'x-amz-Checksum': checksum, 'x-amz-Checksum-Algorithm': 'SHA256' },
    json: {},
  };
}
