/**
 * Brings the CSAF provider metadata of the whole repository to the top of its mirrors, with the public keys: what programs find
 * the notices of all streams by. Streams are listed once a record says that their notices were given, so that no feed is named before
 * it is there.
 *
 * It follows from the main branch alone. Safe to run twice and by several at once: what is right is not written, and the main
 * branch is read again after the last write, so that the run that ends last leaves what the newest records say.
 */
import { AperiodicError } from '../../model/errors.ts';
import { readKeyring } from '../../model/keyring.ts';
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { listNotices } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import { streamPath } from '../../model/streams.ts';
import type { Tree } from '../../model/tree.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Mirror, Ports } from '../../ports.ts';
import {
  keyName,
  keysFolder,
  providerFolder,
  providerName,
  renderProvider,
  type ToldStream,
} from '../../render/notices/csaf-provider.ts';
import { showOnAll } from '../mirror/show-on-all.ts';

export type ProviderPorts = Pick<Ports, 'forge' | 'log' | 'mirror' | 'verifier'>;

interface SmallFile {
  folder: string;
  name: string;
  content: string;
}

interface WantedProvider {
  /** The metadata last: what it names is there. */
  files: SmallFile[];
  /** Ids, sorted. */
  mirrors: string[];
}

const maxFile = 4 * 1024 * 1024;
/** Each time that somebody changes the records meanwhile costs one. */
const attempts = 5;

/**
 * Nothing is asked of the world where targets.yaml names no publisher or no address, or no notice was given.
 * @param newest the newest main branch, when it was just read
 * @throws AperiodicError of the first mirror that failed, after all were tried
 */
export async function showProvider(ports: ProviderPorts, newest?: Tree): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const tree = attempt === 0 && newest !== undefined ? newest : await ports.forge.head();
    const wanted = await readWanted(tree, ports);
    if (wanted === undefined || !(await showAll(wanted, ports))) return;
  }
  throw new AperiodicError('conflict', 'records keep changing on the main branch: run again');
}

async function readWanted(
  tree: Tree,
  { verifier }: Pick<Ports, 'verifier'>,
): Promise<WantedProvider | undefined> {
  const file = 'releases/targets.yaml';
  const { notices: settings, mirrors } = parseYaml('Targets', (await tree.read(file)) ?? '', file);
  if (settings?.publisher === undefined || settings.site === undefined) return undefined;
  const streams: ToldStream[] = [];
  const held = new Set<string>();
  for (const id of await listStreams(tree)) {
    const told = await readTold(id, tree, settings);
    if (told === undefined) continue;
    streams.push(told);
    for (const mirror of told.mirrors) held.add(mirror);
  }
  const keys = await verifier.list(await readKeyring(tree));
  const fingerprints = keys.map(({ fingerprint }) => fingerprint);
  const content = renderProvider(streams, fingerprints, settings, settings.publisher);
  if (content === undefined) return undefined;
  const ids = mirrors.map(({ id }) => id).filter((id) => held.has(id));
  return {
    files: [
      ...keys.map(({ fingerprint, armored }) => ({
        folder: keysFolder,
        name: keyName(fingerprint),
        content: armored,
      })),
      { folder: providerFolder, name: providerName, content },
    ],
    mirrors: ids.sort(compareText),
  };
}

async function listStreams(tree: Tree): Promise<string[]> {
  const paths = await tree.list('releases');
  return paths.flatMap((path) => /^releases\/([^/]+\/[^/]+)\/stream\.yaml$/.exec(path)?.[1] ?? []).sort();
}

/** Undefined for a stream without security notices that were given. @throws AperiodicError `invalid`: no feed vanishes for it */
async function readTold(
  id: string,
  tree: Tree,
  settings: NoticeTargets,
): Promise<(ToldStream & { mirrors: string[] }) | undefined> {
  const image = parseYaml('Stream', (await tree.read(streamPath(id))) ?? '', streamPath(id));
  const state = await loadReleasesOf(id, tree);
  const [problem] = state.problems;
  if (problem !== undefined) throw problem;
  const security = listNotices(settings, image, state).filter(({ kind }) => kind === 'security');
  if (security.every(({ given }) => given === undefined)) return undefined;
  const mirrors = state.releases.flatMap(({ record }) => record?.mirrors.map((mirror) => mirror.id) ?? []);
  return { stream: id, title: image.title, notices: security, mirrors };
}

/** Whether a mirror was written to. */
async function showAll({ files, mirrors }: WantedProvider, ports: ProviderPorts): Promise<boolean> {
  return await showOnAll(mirrors, 'the CSAF provider metadata', async (id) => {
    const written = await showOn(ports.mirror(id), files);
    if (written) ports.log.info(`${id} has the CSAF provider metadata of all streams`);
    return written;
  });
}

async function showOn(mirror: Mirror, files: readonly SmallFile[]): Promise<boolean> {
  let written = false;
  for (const { folder, name, content } of files) {
    if ((await mirror.read(folder, name, maxFile)) === content) continue;
    await mirror.replace(folder, name, content);
    written = true;
  }
  return written;
}
