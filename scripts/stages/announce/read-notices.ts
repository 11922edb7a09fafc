/** What a tree says should be told of a stream, and where. */
import { readKeyring } from '../../model/keyring.ts';
import { readStatements } from '../../model/load-not-affected.ts';
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { listNotices, type Notice } from '../../model/notices/notice.ts';
import { streamPath } from '../../model/streams.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Tree } from '../../model/tree.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Ports } from '../../ports.ts';
import { newestDate } from '../../render/notices/atom.ts';
import { renderNoticeFiles } from '../../render/notices/files.ts';
import { notAffectedName, renderNotAffected } from '../../render/notices/not-affected.ts';

export type GivePorts = Pick<Ports, 'clock' | 'forge' | 'log' | 'mail' | 'mirror' | 'signer' | 'verifier'>;

export interface WantedNotices {
  stream: string;
  settings: NoticeTargets;
  /** Newest first. May be empty: then what does not affect the stream is all there is to say. */
  notices: Notice[];
  /** Of the newest thing that is said. */
  date: Date;
  /** By name below the folder of the stream's notices. */
  files: Map<string, string>;
  /** Ids of mirrors that hold a release of the stream, sorted. */
  mirrors: string[];
  /** The repository's public keys. */
  keyring: Uint8Array[];
}

/**
 * Undefined when there is nothing to tell, or nobody to be told.
 * @throws AperiodicError `invalid` when the stream or a release cannot be read
 */
export async function readNotices(
  stream: string,
  tree: Tree,
  { clock }: Pick<Ports, 'clock'>,
): Promise<WantedNotices | undefined> {
  const file = 'releases/targets.yaml';
  const targets = parseYaml('Targets', (await tree.read(file)) ?? '', file);
  const about = await tree.read(streamPath(stream));
  if (targets.notices === undefined || about === undefined) return undefined;
  const state = await loadReleasesOf(stream, tree);
  const [problem] = state.problems;
  if (problem !== undefined) throw problem;
  const image = parseYaml('Stream', about, streamPath(stream));
  const notices = listNotices(targets.notices, image, state);
  const records = state.releases.flatMap(({ record }) => record ?? []);
  const { publisher } = targets.notices;
  const { statements } = await readStatements(tree);
  const now = timestamp(clock.now());
  const stated =
    publisher && renderNotAffected({ stream, image, records, notices, statements, now }, publisher);
  if (notices.length === 0 && stated === undefined) return undefined;
  const files =
    notices.length === 0 ? new Map<string, string>() : renderNoticeFiles(notices, targets.notices);
  if (stated !== undefined) files.set(notAffectedName, stated.text);
  const held = new Set(records.flatMap(({ mirrors }) => mirrors.map(({ id }) => id)));
  const date = Math.max(Date.parse(newestDate(notices)), Date.parse(stated?.updatedAt ?? newestDate([])));
  return {
    stream,
    settings: targets.notices,
    notices,
    date: new Date(date),
    files,
    mirrors: targets.mirrors
      .map(({ id }) => id)
      .filter((id) => held.has(id))
      .sort(),
    keyring: await readKeyring(tree),
  };
}
