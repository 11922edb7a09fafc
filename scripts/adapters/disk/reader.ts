/** Reads the file systems of a disk image by debugfs, /boot where it belongs: no mount, no loop device, no rights. */
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { DiskEntry, DiskReader, DiskView } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { type Inode, parseFastLink, parseFolder, parseUsedMiB, splitAnswers } from './debugfs-output.ts';
import { findOffsets, type PartitionOffsets } from './partitions.ts';

const rootInode = 2;
const topFolder = { kind: 'folder', size: 0, mode: 0o755, uid: 0, gid: 0, name: '' } as const;
const maxFileBytes = 1024 * 1024;
/** As the kernel (path_resolution(7)). */
const maxLinks = 40;
const maxEntries = 1_000_000;
const unreadable = {
  failure: 'invalid',
  killed: 'host-failed',
  what: 'a file system of the image cannot be read',
} as const;

export function createDiskReader(): DiskReader {
  return {
    async open(raw) {
      const view = new Ext4View(raw, await findOffsets(raw));
      // debugfs ends well when it could open nothing, and an empty view would pass many a check.
      const names = await view.list('/');
      if (names?.includes('etc') !== true) {
        throw new AperiodicError('invalid', 'the root file system of the image cannot be read', {
          file: raw,
        });
      }
      return view;
    },
  };
}

/** A file system of the image, as debugfs is told of it. */
type Source = string;

/** Numbers are those of one file system. */
interface Node extends Inode {
  source: Source;
}

/**
 * Files are named to debugfs by inode number only: names come from the image and could hold anything, while debugfs
 * reads its commands from text.
 */
class Ext4View implements DiskView {
  readonly #root: Source;
  readonly #boot: Source | undefined;
  readonly #folders = new Map<Source, Map<number, Node[]>>();

  constructor(raw: string, { root, boot }: PartitionOffsets) {
    // libext2fs reads from this byte on (e2fsprogs: unix_io option "offset").
    const at = (offset: number) => `${path.resolve(raw)}?offset=${offset}`;
    this.#root = at(root);
    this.#boot = boot === undefined ? undefined : at(boot);
  }

  async list(path: string): Promise<string[] | undefined> {
    const inode = await this.#find(path);
    if (inode?.kind !== 'folder') return undefined;
    return (await this.#readFolder(inode)).map(({ name }) => name);
  }

  async read(path: string): Promise<string | undefined> {
    const inode = await this.#find(path);
    if (inode?.kind !== 'file') return undefined;
    if (inode.size > maxFileBytes) {
      throw new AperiodicError('invalid', `${path} in the image is larger than ${maxFileBytes} bytes`);
    }
    return await this.#request(inode, 'cat');
  }

  async walk(path: string): Promise<DiskEntry[]> {
    const top = await this.#find(path);
    if (top?.kind !== 'folder') return [];
    const entries: DiskEntry[] = [];
    const { source, number } = top;
    let level = [{ source, number, path: path === '/' ? '' : path.replace(/\/+$/, '') }];
    while (level.length > 0) {
      await this.#loadFolders(level);
      const next: typeof level = [];
      for (const folder of level) {
        for (const { source, number, name, ...inode } of await this.#readFolder(folder)) {
          const size = inode.kind === 'file' ? inode.size : 0;
          const entry = { ...inode, path: `${folder.path}/${name}`, size };
          if (entries.push(entry) > maxEntries) {
            throw new AperiodicError('invalid', `${path} in the image holds more than ${maxEntries} entries`);
          }
          if (inode.kind === 'folder') next.push({ source, number, path: entry.path });
        }
      }
      level = next;
    }
    return entries;
  }

  async usedMiB(): Promise<number> {
    let used = 0;
    for (const source of this.#boot === undefined ? [this.#root] : [this.#root, this.#boot]) {
      const { stdout } = await exec('dumpe2fs', ['-h', '--', source], unreadable);
      used += parseUsedMiB(stdout);
    }
    return used;
  }

  /** The inode at the end of a path, links followed inside the image. */
  async #find(path: string): Promise<Node | undefined> {
    const pending = path.split('/').filter((part) => part !== '');
    const trail: Node[] = [];
    let links = 0;
    let current: Node = { ...topFolder, source: this.#root, number: rootInode };
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      if (part === '.') continue;
      if (part === '..') {
        current = trail.pop() ?? current;
        continue;
      }
      if (current.kind !== 'folder') return undefined;
      const child = (await this.#readFolder(current)).find(({ name }) => name === part);
      if (child === undefined) return undefined;
      if (child.kind !== 'link') {
        trail.push(current);
        current = child;
        continue;
      }
      if (++links > maxLinks) return undefined;
      const target = await this.#readLink(child);
      pending.unshift(...target.split('/').filter((name) => name !== ''));
      if (target.startsWith('/')) {
        current = trail[0] ?? current;
        trail.length = 0;
      }
    }
    return current;
  }

  async #readLink(link: Node): Promise<string> {
    const fast = parseFastLink(await this.#request(link, 'stat'), link.size);
    return fast ?? (await this.#request(link, 'cat')).slice(0, link.size);
  }

  async #readFolder(folder: Pick<Node, 'source' | 'number'>): Promise<Node[]> {
    await this.#loadFolders([folder]);
    return this.#folders.get(folder.source)?.get(folder.number) ?? [];
  }

  /** One debugfs of each file system for all folders that are not known yet. */
  async #loadFolders(folders: readonly Pick<Node, 'source' | 'number'>[]): Promise<void> {
    for (const source of new Set(folders.map((folder) => folder.source))) {
      const known = this.#folders.get(source) ?? new Map<number, Node[]>();
      this.#folders.set(source, known);
      const missing = folders.filter((folder) => folder.source === source && !known.has(folder.number));
      if (missing.length === 0) continue;
      const input = missing.map(({ number }) => `ls -p <${number}>\n`).join('');
      const { stdout } = await exec('debugfs', ['-f', '-', source], { input, ...unreadable });
      for (const [number, answer] of splitAnswers(stdout)) {
        const nodes = parseFolder(answer).map((inode) => ({ ...inode, source }));
        known.set(
          number,
          nodes.map((node) => this.#mounted(node, number)),
        );
      }
    }
  }

  /** The top of the file system that is mounted on a folder, and any other inode as it is. */
  #mounted(node: Node, parent: number): Node {
    const isBoot = node.source === this.#root && parent === rootInode && node.name === 'boot';
    if (this.#boot === undefined || !isBoot || node.kind !== 'folder') return node;
    return { ...node, source: this.#boot, number: rootInode };
  }

  async #request({ source, number }: Node, command: 'cat' | 'stat'): Promise<string> {
    const { stdout } = await exec('debugfs', ['-R', `${command} <${number}>`, source], unreadable);
    return stdout;
  }
}
