/** What a tree says should be told of a stream, and where. */
import { readKeyring } from '../../model/keyring.ts';
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { listNotices, type Notice } from '../../model/notices/notice.ts';
import { streamPath } from '../../model/streams.ts';
import type { Tree } from '../../model/tree.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Ports } from '../../ports.ts';
import { renderNoticeFiles } from '../../render/notices/files.ts';

export type GivePorts = Pick<Ports, 'clock' | 'forge' | 'log' | 'mail' | 'mirror' | 'signer' | 'verifier'>;

export interface WantedNotices {
  stream: string;
  settings: NoticeTargets;
  /** Newest first. */
  notices: Notice[];
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
export async function readNotices(stream: string, tree: Tree): Promise<WantedNotices | undefined> {
  const file = 'releases/targets.yaml';
  const targets = parseYaml('Targets', (await tree.read(file)) ?? '', file);
  const about = await tree.read(streamPath(stream));
  if (targets.notices === undefined || about === undefined) return undefined;
  const state = await loadReleasesOf(stream, tree);
  const [problem] = state.problems;
  if (problem !== undefined) throw problem;
  const notices = listNotices(targets.notices, parseYaml('Stream', about, streamPath(stream)), state);
  if (notices.length === 0) return undefined;
  const records = state.releases.flatMap(({ record }) => record?.mirrors ?? []);
  const held = new Set(records.map(({ id }) => id));
  return {
    stream,
    settings: targets.notices,
    notices,
    files: renderNoticeFiles(notices, targets.notices),
    mirrors: targets.mirrors
      .map(({ id }) => id)
      .filter((id) => held.has(id))
      .sort(),
    keyring: await readKeyring(tree),
  };
}
