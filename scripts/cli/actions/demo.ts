/** Carries out `aperiodic demo`: the whole cycle on one machine, with a repository, a mirror and a store of its own. */
import { cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGit, type Git } from '../../adapters/git/git.ts';
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { loadConfig, type ResolvedConfig } from '../../adapters/host/config.ts';
import { toolRoot } from '../../adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../localcloud/identities.ts';
import { startLocalCloud } from '../../localcloud/start-local-cloud.ts';
import { findStream, newestLive } from '../../model/streams.ts';
import type { Recorded } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Log } from '../../ports.ts';
import { renderRecord } from '../../render/record.ts';
import { renderRelease } from '../../render/release.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';
import { describeDemo } from './demo-report.ts';
import { publicKeyOf, writeKey } from './keys.ts';
import { propose } from './propose.ts';
import { releaseStreams } from './release.ts';
import { resolveStream } from './resolve.ts';
import { runSetup } from './setup.ts';

const stream = 'debian-12/cloud-base';
/** What a repository of releases consists of; the rest of the checkout is our code. */
const parts = ['releases', 'kickstarts', '.gitignore'];

export interface DemoFolders {
  base: string;
  origin: string;
  clone: string;
  mirror: string;
  store: string;
  work: string;
  /** The throw-away key that signs, private; the public one is beside it. */
  key: string;
  /** What the local cloud holds. */
  cloud: string;
}

export async function runDemo(context: Context): Promise<Outcome> {
  await runSetup(context);
  const base = path.resolve(context.given.text('folder') ?? path.join(toolRoot, '.aperiodic/demo'));
  const folders: DemoFolders = {
    base,
    origin: path.join(base, 'origin.git'),
    clone: path.join(base, 'clone'),
    mirror: path.join(base, 'mirror'),
    store: path.join(base, 'store'),
    work: path.join(base, 'work'),
    key: path.join(base, 'signing-key.asc'),
    cloud: path.join(base, 'cloud'),
  };
  await prepare(folders, context.log);
  const cloud = await startLocalCloud({ folder: folders.cloud, regions: await regionsOf(folders) });
  try {
    return await playCycle(folders, context, cloud.endpoint);
  } finally {
    await cloud.stop();
  }
}

async function playCycle(folders: DemoFolders, context: Context, endpoint: string): Promise<Outcome> {
  const open = () => openClone(folders, context, endpoint);
  const opened = await open();
  const { repository } = await opened.load(await opened.ports.forge.head());
  const state = findStream(repository, stream);
  if (state === undefined || newestLive(state) === undefined) await mergeUpdate(folders, open, context);
  const [outcome] = await releaseStreams(await open(), [stream]);
  if (outcome?.error !== undefined) throw outcome.error;
  return await report(folders, await open(), outcome?.recorded);
}

/** The regions that the repository's targets name: the local cloud has just these. */
export async function regionsOf({ clone }: DemoFolders): Promise<string[]> {
  const file = 'releases/targets.yaml';
  const targets = parseYaml('Targets', (await (await createWorkTree(clone)).read(file)) ?? '', file);
  return targets.aws?.regions.map(({ id }) => id) ?? [];
}

/** A new origin appears whole or not at all. */
export async function prepare(folders: DemoFolders, log: Log): Promise<void> {
  for (const folder of [folders.base, folders.mirror]) await mkdir(folder, { recursive: true });
  await makeKey(folders, log);
  if (!(await exists(folders.origin))) await makeOrigin(folders);
  if (!(await exists(folders.clone))) {
    const partial = `${folders.clone}.new`;
    await rm(partial, { recursive: true, force: true });
    await createGit(folders.base)(['clone', '--quiet', '--', folders.origin, partial]);
    await rename(partial, folders.clone);
  }
  await configure(folders);
}

const keyName = 'Aperiodic demo, throw-away key, do not trust';
const keyDays = 30;

/** Nobody but this demo's mirror is to be signed with it. */
async function makeKey({ key }: DemoFolders, log: Log): Promise<void> {
  if (await exists(publicKeyOf(key))) return;
  await rm(key, { force: true });
  const { fingerprint } = await writeKey(key, keyName, new Date(), keyDays);
  log.info(`made a throw-away signing key for this demo, not to be trusted: ${fingerprint}`);
}

async function makeOrigin({ base, origin, key }: DemoFolders): Promise<void> {
  const seed = path.join(base, 'seed.new');
  const partial = `${origin}.new`;
  for (const folder of [seed, partial]) await rm(folder, { recursive: true, force: true });
  await mkdir(seed);
  for (const part of parts) await cp(path.join(toolRoot, part), path.join(seed, part), { recursive: true });
  await mkdir(path.join(seed, 'releases/keys'), { recursive: true });
  await cp(publicKeyOf(key), path.join(seed, 'releases/keys/demo.asc'));
  const git = createGit(seed);
  await git(['init', '--quiet', '--initial-branch=main']);
  await git(['add', '--all']);
  await commit(git, 'The repository as it is checked out');
  await createGit(base)(['clone', '--quiet', '--bare', '--', seed, partial]);
  await rename(partial, origin);
  await rm(seed, { recursive: true });
}

/** Every mirror of releases/targets.yaml is a folder here. */
async function configure(folders: DemoFolders): Promise<void> {
  const file = path.join(folders.clone, '.aperiodic/config.yaml');
  const text = [
    `store: ${JSON.stringify(folders.store)}`,
    `work: ${JSON.stringify(folders.work)}`,
    'mirrors:',
    `  primary: { directory: ${JSON.stringify(folders.mirror)} }`,
    'signing:',
    `  keyFiles: [${JSON.stringify(folders.key)}]`,
    '',
  ].join('\n');
  if (await exists(file)) return;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

export async function openClone(
  { clone, key }: DemoFolders,
  context: Context,
  endpoint: string,
  more: Partial<Pick<ResolvedConfig, 'mail' | 'repositories'>> = {},
): Promise<Opened> {
  // Its own key alone, and no site, whatever the environment has.
  const signing = { keyFiles: [key], given: () => ({}) };
  const own = { aws: { endpoint }, signing, site: undefined, ...more };
  const config = { ...(await loadConfig(clone, context.env)), ...own };
  return await openRepository(clone, config, context.log, {
    credentials: DEFAULT_IDENTITY,
    onInterrupt: context.onInterrupt,
  });
}

/** What a contributor and a reviewer do: a branch with fresh pins and a release file, pushed, then merged. */
async function mergeUpdate(
  { clone }: DemoFolders,
  open: () => Promise<Opened>,
  context: Context,
): Promise<void> {
  const git = createGit(clone);
  await git(['fetch', '--quiet', 'origin']);
  await git(['checkout', '--quiet', '--force', '-B', 'update', 'origin/main']);
  await git(['clean', '--quiet', '--force', '-d']);
  await resolveStream(await open(), stream, context.log);
  const proposal = await propose(await open(), stream, {
    reason: 'First release, with the packages of today',
  });
  await git(['add', '--all', '--', 'releases']);
  await commit(git, `Update ${stream}: ${proposal.release.version}`);
  await git(['push', '--quiet', '--force', 'origin', 'update']);
  context.log.info(`pushed branch update: fresh pins and ${proposal.path}`);
  await git(['checkout', '--quiet', '--force', '-B', 'main', 'origin/main']);
  await git([
    ...identity,
    'merge',
    '--quiet',
    '--no-ff',
    '-m',
    `Merge branch 'update': ${stream} ${proposal.release.version}`,
    'update',
  ]);
  await git(['push', '--quiet', 'origin', 'main']);
  context.log.info('merged it into main');
}

const identity = ['-c', 'user.name=Aperiodic demo', '-c', 'user.email=demo@localhost'];

export async function commit(git: Git, message: string): Promise<void> {
  await git([...identity, 'commit', '--quiet', '--message', message]);
}

async function report(
  folders: DemoFolders,
  opened: Opened,
  recorded: Recorded | undefined,
): Promise<Outcome> {
  const head = await opened.ports.forge.head();
  const { repository } = await opened.load(head);
  const state = findStream(repository, stream);
  const newest = state === undefined ? undefined : newestLive(state);
  const record = recorded?.record ?? newest?.record;
  return {
    json: {
      folders,
      head: head.commit,
      nothingToDo: recorded === undefined,
      release: newest?.release ?? null,
      record: record ?? null,
    },
    text: describeDemo({
      folders,
      head: head.commit,
      nothingToDo: recorded === undefined,
      release: newest === undefined ? undefined : { path: newest.path, text: renderRelease(newest.release) },
      record: record === undefined ? undefined : { value: record, text: renderRecord(record) },
    }),
  };
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
