/**
 * A whole world on disk for runs that are killed: a bare remote and a clone of it, store, work folder, a directory mirror,
 * and a mirror behind a real rsync daemon. Two earlier releases leave something to prune.
 *
 *     <folder>/remote.git, clone, store, work, mirror    and, below the daemon's root, <case>/
 */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createAwsCloud } from '../../scripts/adapters/aws/cloud.ts';
import { createGitForge } from '../../scripts/adapters/git/forge.ts';
import { withLock } from '../../scripts/adapters/host/lock.ts';
import { createDirectoryMirror } from '../../scripts/adapters/mirror/directory.ts';
import { createRsyncMirror } from '../../scripts/adapters/mirror/rsync.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Clock, ImageBuilder, Mirror } from '../../scripts/ports.ts';
import { type Outcome, reconcile } from '../../scripts/reconcile.ts';
import { createPorts, fakeImages } from './fake-ports.ts';
import { load, makeFiles, folder as streamFolder, type Wish } from './fake-ports-repository.ts';
import { type Watcher, watchPorts } from './fake-ports-watch.ts';
import { cloneOf, commitFiles, createRemote, git } from './git.ts';
import { snapshot } from './mirror-files.ts';

const run = promisify(execFile);

export interface Place {
  folder: string;
  /** Address of the folder below the rsync daemon's module. */
  rsync: string;
  /** That folder. */
  published: string;
  /** What the clock says, in milliseconds. */
  time: number;
  /** Where AMIs go, by the AWS SDK. Default: to a cloud in memory. */
  cloud?: { endpoint: string; home: string };
}

const mirrors = ['primary', 'second'];

/** One run of reconcile, as `aperiodic release --all` makes it. @throws the error of the stream */
export async function runReconcile(place: Place, watcher: Watcher): Promise<Outcome> {
  const open: Record<string, Mirror> = {
    primary: createDirectoryMirror('primary', path.join(place.folder, 'mirror')),
    second: createRsyncMirror('second', place.rsync, { attempts: 1 }),
    third: createDirectoryMirror('third', path.join(place.folder, 'third')),
  };
  const clock = createQuickClock(place.time);
  const ports = createPorts({
    folder: place.folder,
    now: clock.now,
    ...(place.cloud === undefined
      ? {}
      : { cloud: createAwsCloud({ clock, credentials: DEFAULT_IDENTITY, ...place.cloud }) }),
    mirror: (id) => {
      const found = open[id];
      if (found === undefined) throw new AperiodicError('not-found', `mirror '${id}' has no address`);
      return found;
    },
    forge: createGitForge({
      folder: path.join(place.folder, 'clone'),
      remote: 'origin',
      branch: 'main',
      identity: { name: 'Aperiodic', email: 'aperiodic@example.org' },
    }),
  });
  const aws = place.cloud === undefined ? {} : { clock, images: largeImages };
  const [outcome] = await withLock(path.join(place.folder, 'work'), async () =>
    reconcile(watchPorts({ ...ports, ...aws }, watcher), { load }),
  );
  if (outcome === undefined) throw new Error('there is no stream');
  if (outcome.error !== undefined) throw outcome.error;
  return outcome;
}

/** Time goes on while somebody waits, and waits are short. */
function createQuickClock(time: number): Clock {
  let now = time;
  return {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      const until = now + milliseconds;
      await sleep(milliseconds / 1000);
      now = Math.max(now, until);
    },
  };
}

/** Images of several blocks of a snapshot; empty lines say nothing of packages. */
const largeImages: ImageBuilder = {
  build: async (request, store, log) => {
    const result = await fakeImages.build(request, store, log);
    await appendFile(result.raw, '\n'.repeat(1_200_000));
    return result;
  },
};

/** Changes files on the main branch, as a person in another clone. Returns the commit. */
export async function pushChange(place: Place, files: Record<string, string>, message: string) {
  const person = path.join(place.folder, 'person');
  await git(person, 'pull', '-q', '--ff-only', 'origin', 'main');
  const commit = await commitFiles(person, files, message);
  await git(person, 'push', '-q', 'origin', 'HEAD:main');
  return commit;
}

/** A world with one release, and newer pins merged since: the next run mints, makes all, and prunes. */
export async function makeTemplate(place: Place): Promise<void> {
  await makeRepository(place, makeFiles({ mirrors }));
  await runReconcile(place, {});
  await pushChange(place, makeFiles({ mirrors, alpha: '2.0-1' }), 'Newer pins');
}

/** A world whose remote has one commit, and nothing was made yet. */
export async function makeRepository(
  { folder, published }: Place,
  files: Record<string, string>,
): Promise<void> {
  for (const name of [published, path.join(folder, 'mirror'), path.join(folder, 'third')]) {
    await mkdir(name, { recursive: true });
  }
  const remote = await createRemote(folder, files);
  for (const name of ['clone', 'person']) {
    const clone = await cloneOf(remote, path.join(folder, name));
    // A copy of the whole world must not speak to this one's remote.
    await git(clone, 'remote', 'set-url', 'origin', '../remote.git');
  }
}

/** Goes on from a template whose second release came out: a mirror was added, and this machine lost its files. */
export async function gainMirror(place: Place): Promise<void> {
  const wish: Wish = { mirrors: [...mirrors, 'third'], alpha: '2.0-1' };
  await pushChange(place, makeFiles(wish), 'One more mirror');
  await run('rm', ['-rf', '--', path.join(place.folder, 'work')]);
}

export async function copyPlace(from: Place, to: Place): Promise<void> {
  await run('cp', ['-a', '--', from.folder, to.folder]);
  await run('cp', ['-a', '--', from.published, to.published]);
}

/** What must not change when there is nothing to do. */
export async function snapshotAll({ folder, published }: Place): Promise<string[]> {
  const refs = async (clone: string) => await git(path.join(folder, clone), 'for-each-ref');
  return [
    await refs('remote.git'),
    await git(path.join(folder, 'clone'), 'rev-parse', 'HEAD'),
    ...(await snapshot(published)),
    ...(await snapshot(path.join(folder, 'mirror'))),
    ...(await snapshot(path.join(folder, 'third'))),
    ...(await snapshot(path.join(folder, 'store'))),
  ];
}

/** Files that name the commit or times, and so the digests of these. */
const tracing = /(\.(provenance|spdx|cdx)\.json|-CHECKSUM|\.sjson)$/;
/** Digests and sizes of them in records. */
const traces = /((?:checksum: |(?:-CHECKSUM|\.(?:provenance|spdx|cdx)\.json), kind: \w+, sha256: ))[^}\n]*/g;

/** Everything that came out, without what differs between two runs: commit ids and times. */
export async function describeResult({ folder, published }: Place): Promise<string[]> {
  const remote = path.join(folder, 'remote.git');
  const messages = (await git(remote, 'log', '--format=%s', 'main')).split('\n');
  const files = (await git(remote, 'ls-tree', '-r', '--name-only', 'main')).split('\n');
  const lines = [...messages];
  for (const file of files.filter((name) => name.startsWith(`${streamFolder}/2`))) {
    const text = await git(remote, 'show', `main:${file}`);
    lines.push(
      file,
      text.replace(/^(commit|recordedAt): .*$/gm, '$1: left out').replace(traces, '$1left out'),
    );
  }
  for (const top of [
    published,
    ...['mirror', 'third', 'store/sha256'].map((name) => path.join(folder, name)),
  ])
    lines.push(...(await listContents(top)));
  return lines;
}

/** Hidden names too: leftovers show. */
async function listContents(top: string): Promise<string[]> {
  const lines: string[] = [];
  const entries = await readdir(top, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const text = entry.isFile() && !tracing.test(entry.name) ? await readFile(file, 'utf8') : '';
    const content = text.replace(/"updated": "[^"]*"/g, '"updated": left out');
    lines.push(
      `${path.basename(top).replace(/^case-.*/, 'published')}/${path.relative(top, file)}: ${content}`,
    );
  }
  return lines.sort();
}
