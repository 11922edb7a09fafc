/** A mirror in memory that remembers each write. */
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Mirror, MirrorFile } from '../../scripts/ports.ts';

export interface FakeMirror extends Mirror {
  /** Folders, and the digests of their files by name. */
  folders: Map<string, Map<string, string>>;
  /** Content of files that change, by `<folder>/<name>`. */
  texts: Map<string, string>;
  writes: string[];
  /** Set to make an operation fail. */
  failing: Partial<Record<'publish' | 'holds' | 'list' | 'remove' | 'replace', AperiodicError>>;
}

export function createFakeMirror(id: string): FakeMirror {
  const folders = new Map<string, Map<string, string>>();
  const texts = new Map<string, string>();
  const writes: string[] = [];
  const failing: FakeMirror['failing'] = {};
  const check = (operation: keyof FakeMirror['failing']) => {
    if (failing[operation] !== undefined) throw failing[operation];
  };
  const matches = (folder: string, files: readonly MirrorFile[]) => {
    const held = folders.get(folder);
    return held?.size === files.length && files.every(({ name, sha256 }) => held.get(name) === sha256);
  };
  return {
    id,
    folders,
    texts,
    writes,
    failing,
    holds: async (folder, files) => {
      check('holds');
      return matches(folder, files);
    },
    publish: async (folder, files) => {
      check('publish');
      if (matches(folder, files)) return;
      if (folders.has(folder)) throw new AperiodicError('conflict', 'other content is there');
      folders.set(folder, new Map(files.map(({ name, sha256 }) => [name, sha256])));
      writes.push(`publish ${folder}: ${files.map(({ name }) => name).join(' ')}`);
    },
    retrieve: async (folder, name) => {
      throw new AperiodicError(
        'not-found',
        `${folder}/${name} cannot be brought back: a fake holds digests only`,
      );
    },
    replace: async (folder, name, content) => {
      check('replace');
      texts.set(`${folder}/${name}`, content);
      writes.push(`replace ${folder}/${name}`);
    },
    read: async (folder, name) => texts.get(`${folder}/${name}`),
    list: async (folder) => {
      check('list');
      return [...folders.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1));
    },
    remove: async (folder) => {
      check('remove');
      folders.delete(folder);
      writes.push(`remove ${folder}`);
    },
  };
}
