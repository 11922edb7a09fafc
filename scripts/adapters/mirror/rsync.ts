/**
 * A mirror behind an rsync daemon.
 *
 * A daemon cannot rename a folder. So files go to a hidden staging folder, are compared there by checksum, and are then
 * shown by a second pass which tells the server to link them from the staging folder: it sends no content, each file
 * appears whole, and the CHECKSUM file, the last of the list, appears last. A folder without it is not a release yet.
 *
 * Safe to run twice: what is there is compared first (a dry run, which writes nothing), and when it matches nothing is
 * sent. A killed run leaves a staging folder, whose files, complete and partial, the next run goes on from.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Mirror, MirrorFile, Task } from '../../ports.ts';
import { sha256OfFile } from '../host/digest.ts';
import { statOf } from '../host/files.ts';
import {
  checkFiles,
  checkName,
  type Difference,
  isEqual,
  longestStagingMs,
  missingFile,
  placeOf,
  refuseOverwrite,
} from './layout.ts';
import { withLinkedFiles } from './linked-files.ts';
import { createRsyncClient, type Rsync, type RsyncOptions } from './rsync-client.ts';
import { isMissing, type ListEntry, parseChanges, parseList } from './rsync-output.ts';
import { createSmallFiles } from './rsync-small-files.ts';

/** @param url rsync://[user@]host[:port]/module[/folder]; the folder must exist */
export function createRsyncMirror(id: string, url: string, options: RsyncOptions = {}): Mirror {
  const server: Server = { id, url: url.replace(/\/+$/, ''), rsync: createRsyncClient(id, options) };
  return {
    id,
    holds: async (folder, files) => {
      const { parent, name } = placeOf(folder);
      return isEqual(
        await withLinkedFiles(parent, name, files, ({ source }) => compare(server, source, folder)),
      );
    },
    publish: (folder, files, log) => publish(server, folder, files, log),
    retrieve: (folder, name, target) => retrieve(server, folder, name, target),
    ...createSmallFiles(id, server.url, server.rsync),
    list: async (folder) =>
      (await listAll(server, folder))
        .filter((entry) => entry.isFolder && !entry.name.startsWith('.'))
        .map(({ name }) => name)
        .sort(),
    remove: async (folder) => {
      const { parent, name } = placeOf(folder);
      if ((await listAll(server, parent)).some((entry) => entry.name === name))
        await remove(server, parent, name);
    },
  };
}

async function retrieve(server: Server, folder: string, name: string, target: string): Promise<void> {
  placeOf(folder);
  checkName(name);
  // A file that is not a regular one is left out without an error.
  await rm(target, { force: true });
  const paths = ['--', `${server.url}/${folder}/${name}`, target];
  const { exitCode } = await server.rsync(paths, { accept: isMissing });
  if (exitCode !== 0 || (await statOf(target)) === undefined) throw missingFile(server.id, folder, name);
}

interface Server {
  id: string;
  url: string;
  rsync: Rsync;
}

async function publish(
  server: Server,
  folder: string,
  files: readonly MirrorFile[],
  log: Task,
): Promise<void> {
  checkFiles(files);
  const place = placeOf(folder);
  const staging = `${place.parent}/${place.staging}`;
  await withLinkedFiles(place.parent, place.staging, files, async ({ root, source }) => {
    const difference = await compare(server, source, folder, log);
    // Without its last file it is no release yet: a killed run may have shown some of what another one signs anew.
    if (!difference.missing.includes(files.at(-1)?.name ?? ''))
      refuseOverwrite(server.id, folder, difference);
    if (difference.missing.length === 0) return;
    await stage(server, root, staging, files, log);
    log.note('comparing what arrived');
    await verifyStaged(server, source, staging, files, log);
    await show(server, source, folder, place.staging, files, log);
  });
  for (const entry of await listAll(server, place.parent, log)) {
    if (entry.name === place.staging || isForgotten(entry))
      await remove(server, place.parent, entry.name, log);
  }
}

/** A dry run compares checksums on both sides and writes nothing. */
async function compare(server: Server, source: string, folder: string, log?: Task): Promise<Difference> {
  const args = ['-rL', '--checksum', '--dry-run', '--itemize-changes', '--delete'];
  const { stdout } = await server.rsync(
    [...args, '--', `${source}/`, `${server.url}/${folder}/`],
    withLog(log),
  );
  return parseChanges(stdout);
}

/** `--relative` has the server make the folders above, as older servers than 3.2.3 cannot by `--mkpath`. */
async function stage(
  server: Server,
  root: string,
  staging: string,
  files: readonly MirrorFile[],
  log: Task,
): Promise<void> {
  const sizes = new Map(files.map(({ name, size }) => [name, size]));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  // `%b` makes rsync print a line after a file has been sent, and not before.
  const args = ['-rRL', '--checksum', '--delete', '--partial-dir=.partial', '--out-format=%b %n'];
  await server.rsync([...args, '--chmod=D755,F644', '--', `${root}/./${staging}/`, `${server.url}/`], {
    log,
    onLine: (line) => {
      done += sizes.get(line.slice(line.lastIndexOf('/') + 1)) ?? 0;
      log.progress(Math.min(done, total), total, 'bytes');
    },
  });
}

async function verifyStaged(
  server: Server,
  source: string,
  staging: string,
  files: readonly MirrorFile[],
  log: Task,
): Promise<void> {
  const difference = await compare(server, source, staging, log);
  const seal = files.at(-1);
  if (
    !isEqual(difference) ||
    seal === undefined ||
    !(await readsBack(server, `${staging}/${seal.name}`, seal, log))
  ) {
    throw new AperiodicError(
      'digest-mismatch',
      `what arrived on the mirror ${server.id} is not what was sent: run it again, and look at its disk`,
      { detail: [...difference.missing, ...difference.different, ...difference.extra].join('\n') },
    );
  }
}

async function readsBack(server: Server, path: string, file: MirrorFile, log: Task): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'aperiodic-'));
  try {
    const copy = join(folder, file.name);
    await server.rsync(['--', `${server.url}/${path}`, copy], { log });
    return (await sha256OfFile(copy)).sha256 === file.sha256;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(
  server: Server,
  source: string,
  folder: string,
  staging: string,
  files: readonly MirrorFile[],
  log: Task,
): Promise<void> {
  const args = ['-rL', '--checksum', '--chmod=D755,F644', `--link-dest=../${staging}/`];
  const paths = ['--', `${source}/`, `${server.url}/${folder}/`];
  const seal = files.at(-1)?.name ?? '';
  await server.rsync([...args, `--exclude=/${seal}`, ...paths], { log });
  // Hidden files that a killed pass left there go too.
  await server.rsync([...args, '--delete', ...paths], { log });
}

/** Everything in a folder; nothing when it does not exist. */
async function listAll(server: Server, folder: string, log?: Task): Promise<ListEntry[]> {
  placeOf(`${folder}/x`);
  const { exitCode, stdout } = await server.rsync(
    ['--list-only', '--no-h', '--', `${server.url}/${folder}/`],
    {
      ...withLog(log),
      accept: isMissing,
    },
  );
  return exitCode === 0 ? parseList(stdout) : [];
}

/**
 * A daemon has no command to remove: an empty folder is copied over the parent with `--delete`, from which all but one
 * name is excluded. Names have no characters that mean something in rsync's patterns.
 */
async function remove(server: Server, parent: string, name: string, log?: Task): Promise<void> {
  placeOf(`${parent}/${name.replace(/^\./, '')}`);
  const empty = await mkdtemp(join(tmpdir(), 'aperiodic-'));
  try {
    const only = [`--include=/${name}/`, `--include=/${name}/**`, '--exclude=*'];
    await server.rsync(
      ['-r', '--delete', ...only, '--', `${empty}/`, `${server.url}/${parent}/`],
      withLog(log),
    );
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}

function isForgotten({ name, modified }: ListEntry): boolean {
  return name.startsWith('.staging-') && Date.now() - modified.getTime() > longestStagingMs;
}

function withLog(log: Task | undefined): { log?: Task } {
  return log === undefined ? {} : { log };
}
