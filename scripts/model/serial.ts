/**
 * Serials order the states of a stream, so that an older signed statement about it can be told from a newer one.
 *
 * A record that changes gets one more than the largest of the stream in the tree that the commit goes on. Commits are made on
 * top of each other and never by force, so the largest serial grows with every change, whoever makes it.
 */
import { recordPath, streamFolder } from './streams.ts';
import type { Tree } from './tree.ts';
import type { PublishedRecord } from './types.generated.ts';
import { parseVersion } from './version.ts';
import { parseYaml } from './yaml.ts';

const recordFile = /^(\d{8}\.\d{1,4})\.published\.yaml$/;

/** 0 when no record of the stream has one. @throws AperiodicError `invalid` for a record that cannot be read */
export async function largestSerial(stream: string, tree: Tree): Promise<number> {
  let largest = 0;
  for (const path of await tree.list(streamFolder(stream))) {
    const [, version = ''] = recordFile.exec(path.slice(streamFolder(stream).length + 1)) ?? [];
    if (parseVersion(version) === undefined || path !== recordPath(stream, version)) continue;
    const text = await tree.read(path);
    const record = text === undefined ? undefined : parseYaml('PublishedRecord', text, path);
    largest = Math.max(largest, record?.serial ?? 0);
  }
  return largest;
}

/** The record with the next serial; the earlier one itself when it is the same. */
export async function numberRecord(
  record: PublishedRecord,
  earlier: PublishedRecord | undefined,
  tree: Tree,
): Promise<PublishedRecord> {
  if (record === earlier) return record;
  return { ...record, serial: 1 + (await largestSerial(record.stream, tree)) };
}
