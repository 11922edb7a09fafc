/**
 * The folder that shows a site: a symbolic link to a hidden folder beside it, so that another site takes its place in one step.
 * Files that did not change are hard links to those of the site before.
 *
 * Somebody may have a page of the site before open, or a server may still read it: its folder stays until the next change, and
 * its style sheet and script, whose names nothing else has, are there under the new site too. They are in no manifest, and go
 * with the change after this one.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rename, rm, rmdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import { isTreePath } from '../../model/tree.ts';
import type { SiteEntry, SiteManifest } from '../../model/types.generated.ts';
import type { SiteDraft, SiteFolder } from '../../ports/site.ts';
import { exec } from '../host/exec.ts';
import { diskFull, hasCode, statOf } from '../host/files.ts';

const manifestName = 'manifest.json';

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
      await removeOthers(output, [shown]);
      const draft = `${hiddenPrefix(output)}${randomBytes(6).toString('hex')}`;
      await mkdir(draft);
      return openDraft(draft, shown, output);
    },
  };
}

/** Beginning of the names of folders that hold sites, shown or not. */
function hiddenPrefix(output: string): string {
  return path.join(path.dirname(output), `.${path.basename(output)}.site-`);
}

function openDraft(draft: string, shown: string | undefined, output: string): SiteDraft {
  const folders = new Set<string>();
  const place = (name: string) => {
    if (!isTreePath(name) || name.split('/').some((part) => part.startsWith('.')))
      throw new AperiodicError('internal', `'${name}' is not the path of a file of a site`);
    const file = path.join(draft, name);
    const folder = path.dirname(file);
    if (!folders.has(folder)) mkdirSync(folder, { recursive: true });
    folders.add(folder);
    return file;
  };
  return {
    keep: (paths) => {
      if (shown === undefined || !paths.every((name) => existsSync(path.join(shown, name)))) return false;
      for (const name of paths) linkSync(path.join(shown, name), place(name));
      return true;
    },
    write: ({ path: name, content }: PublishedFile): SiteEntry => {
      const bytes = Buffer.from(content);
      try {
        // Never through a link: what is there belongs to the site before.
        writeFileSync(place(name), bytes, { flag: 'wx', mode: 0o644 });
      } catch (error) {
        if (hasCode(error, 'EEXIST'))
          throw new AperiodicError('internal', `two parts of the site have a file ${name}`);
        throw diskFull(error, draft);
      }
      return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
    },
    show: async () => {
      for (const name of await assetsOf(shown))
        if (!existsSync(path.join(draft, name))) linkSync(path.join(shown ?? '', name), place(name));
      await exec('sync', ['--file-system', '--', draft], {
        what: 'the site could not be written to the disk',
      });
      const link = `${draft}.link`;
      await symlink(path.basename(draft), link);
      if ((await statOf(output))?.isDirectory()) await rmdir(output);
      await rename(link, output);
      await removeOthers(output, [draft, shown]);
    },
    discard: () => rm(draft, { recursive: true, force: true }),
  };
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

/** What runs that were killed left behind, and older sites. */
async function removeOthers(output: string, kept: readonly (string | undefined)[]): Promise<void> {
  const parent = path.dirname(output);
  const prefix = path.basename(hiddenPrefix(output));
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && !kept.includes(path.join(parent, name)))
      await rm(path.join(parent, name), { recursive: true, force: true });
  }
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
