/**
 * The folder that shows a site: a symbolic link to a hidden folder beside it, so that another site takes its place in one step.
 * The site that was shown before stays as a second hidden folder, and the next site is made in it: files that did not change are hard
 * links to those of the shown site, most of them already, so that a small change costs little. Whether two names are links to one
 * file is all that is trusted of what is found there, so that it does no harm when a run was killed at any moment.
 *
 * Somebody may have a page of the site before open: its style sheet and script, whose names nothing else has, are there under the new
 * site too. They are in no manifest, and go with the change after this one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import { manifestName, type PublishedFile } from '../../model/site/file.ts';
import { isTreePath } from '../../model/tree.ts';
import type { SiteEntry, SiteManifest } from '../../model/types.generated.ts';
import type { DraftPlace, SiteDraft, SiteFolder } from '../../ports/site.ts';
import { exec } from '../host/exec.ts';
import { diskFull, hasCode, statOf } from '../host/files.ts';

/** @param output absolute; its parent is made when missing */
export function createSiteFolder(output: string): SiteFolder {
  return {
    manifest: async () => {
      const shown = await findShown(output);
      return shown === undefined ? undefined : await readManifest(path.join(shown, manifestName));
    },
    begin: async () => {
      await refuseForeign(output);
      await mkdir(path.dirname(output), { recursive: true });
      const shown = await findShown(output);
      const { folders, links } = await listHidden(output);
      const [spare, ...others] = folders.filter((name) => name !== shown);
      for (const other of [...others, ...links]) await rm(other, { recursive: true, force: true });
      const draft = spare ?? `${hiddenPrefix(output)}${randomBytes(6).toString('hex')}`;
      await mkdir(draft, { recursive: true });
      return openDraft({ draft, shown }, output);
    },
  };
}

/** Beginning of the names of folders that hold sites, shown or not. */
function hiddenPrefix(output: string): string {
  return path.join(path.dirname(output), `.${path.basename(output)}.site-`);
}

/** @param output absolute path of what shows it */
export function openDraft(place: DraftPlace, output: string): SiteDraft {
  const { draft, shown } = place;
  const folders = new Set<string>();
  const placeOf = (name: string) => {
    if (!isTreePath(name) || name.split('/').some((part) => part.startsWith('.')))
      throw new AperiodicError('internal', `'${name}' is not the path of a file of a site`);
    const file = path.join(draft, name);
    const folder = path.dirname(file);
    if (!folders.has(folder)) makeFolder(folder, draft);
    folders.add(folder);
    return file;
  };
  return {
    place,
    keep: (files) => {
      if (shown === undefined) return false;
      const found = Object.entries(files).map(([name, { size }]) => {
        const stat = lstatSync(path.join(shown, name), { throwIfNoEntry: false });
        return { name, ino: stat?.isFile() && stat.size === size ? stat.ino : undefined };
      });
      if (found.some(({ ino }) => ino === undefined)) return false;
      for (const { name, ino } of found) {
        const file = placeOf(name);
        const there = lstatSync(file, { throwIfNoEntry: false });
        if (there?.ino === ino) continue;
        if (there !== undefined) rmSync(file, { recursive: true });
        linkSync(path.join(shown, name), file);
      }
      return true;
    },
    write: ({ path: name, content }: PublishedFile): SiteEntry => {
      const bytes = Buffer.from(content);
      const file = placeOf(name);
      try {
        writeNew(file, bytes);
      } catch (error) {
        throw diskFull(error, draft);
      }
      return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
    },
    show: async (files) => {
      const assets = await assetsOf(shown);
      for (const name of assets)
        if (!existsSync(path.join(draft, name))) linkSync(path.join(shown ?? '', name), placeOf(name));
      await removeExcept(draft, new Set([...files, ...assets]));
      await exec('sync', ['--file-system', '--', draft], {
        what: 'the site could not be written to the disk',
      });
      const link = `${draft}.link`;
      await rm(link, { force: true });
      await symlink(path.basename(draft), link);
      if ((await statOf(output))?.isDirectory()) await rmdir(output);
      await rename(link, output);
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
}

/** A page of the site before last may be where a folder is to be. */
function makeFolder(folder: string, top: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!hasCode(error, 'ENOTDIR') && !hasCode(error, 'EEXIST')) throw error;
    let at = top;
    for (const part of path.relative(top, folder).split(path.sep)) {
      at = path.join(at, part);
      const there = lstatSync(at, { throwIfNoEntry: false });
      if (there?.isFile() === true) rmSync(at);
      if (there?.isDirectory() !== true) break;
    }
    mkdirSync(folder, { recursive: true });
  }
}

/** Never through a link: what is there may be a file of the shown site as well. */
function writeNew(file: string, bytes: Buffer): void {
  const options = { flag: 'wx', mode: 0o644 };
  try {
    writeFileSync(file, bytes, options);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    rmSync(file, { recursive: true });
    writeFileSync(file, bytes, options);
  }
}

/** What the site before had, and folders that are empty then. */
async function removeExcept(draft: string, files: ReadonlySet<string>): Promise<void> {
  const folders = new Set<string>(['']);
  for (const name of files)
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) folders.add(name.slice(0, at));
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(draft, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && folders.has(name)) await visit(name);
      else if (!files.has(name)) await rm(path.join(draft, name), { recursive: true });
    }
  };
  await visit('');
}

/** Absolute paths of all folders that hold sites of this output, and of links that a run left which could not move them. */
async function listHidden(output: string): Promise<{ folders: string[]; links: string[] }> {
  const parent = path.dirname(output);
  const prefix = path.basename(hiddenPrefix(output));
  const entries = (await readdir(parent, { withFileTypes: true })).filter(({ name }) =>
    name.startsWith(prefix),
  );
  const pathsOf = (isFolder: boolean) =>
    entries.filter((entry) => entry.isDirectory() === isFolder).map(({ name }) => path.join(parent, name));
  return { folders: pathsOf(true), links: pathsOf(false) };
}

/** Absolute path of the folder that is shown; undefined when none of ours is. */
async function findShown(output: string): Promise<string | undefined> {
  const target = await readlink(output).catch(() => undefined);
  if (target === undefined) return undefined;
  const shown = path.resolve(path.dirname(output), target);
  return shown.startsWith(hiddenPrefix(output)) && existsSync(shown) ? shown : undefined;
}

/** @throws AperiodicError `conflict` for what somebody else put there */
async function refuseForeign(output: string): Promise<void> {
  const there = await statOf(output);
  if (there === undefined) return;
  const target = there.isSymbolicLink() ? await readlink(output) : undefined;
  const ours =
    target !== undefined && path.resolve(path.dirname(output), target).startsWith(hiddenPrefix(output));
  const empty = there.isDirectory() && (await readdir(output)).length === 0;
  if (ours || empty) return;
  throw new AperiodicError(
    'conflict',
    `${output} is there and is no site of ours: move it away, or name another folder`,
  );
}

/** Those that its pages name, and that are there. */
async function assetsOf(shown: string | undefined): Promise<string[]> {
  if (shown === undefined) return [];
  const manifest = await readManifest(path.join(shown, manifestName));
  const names = Object.keys(manifest?.units.assets?.files ?? {});
  return names.filter((name) => existsSync(path.join(shown, name)));
}

/** One that cannot be read is as good as none: then everything is made again. */
async function readManifest(file: string): Promise<SiteManifest | undefined> {
  try {
    return assertValid('SiteManifest', JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return undefined;
    if (toAperiodicError(error).code === 'invalid') return undefined;
    throw error;
  }
}
