/** Reads the root file system of a disk image by debugfs: no mount, no loop device, no rights. */
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { DiskEntry, DiskReader, DiskView } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { type Inode, parseFastLink, parseFolder, parseUsedMiB, splitAnswers } from './debugfs-output.ts';
import { findRootOffset } from './partitions.ts';

const rootInode = 2;
const topFolder = { kind: 'folder', size: 0, mode: 0o755, uid: 0, gid: 0, name: '' } as const;
const maxFileBytes = 1024 * 1024;
/** As the kernel (path_resolution(7)). */
const maxLinks = 40;
const maxEntries = 1_000_000;

export function createDiskReader(): DiskReader {
  return {
    async open(raw) {
      const view = new Ext4View(raw, await findRootOffset(raw));
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

/**
 * Files are named to debugfs by inode number only: names come from the image and could hold anything, while debugfs
 * reads its commands from text.
 */
class Ext4View implements DiskView {
  readonly #source: string;
  readonly #folders = new Map<number, Inode[]>();

  constructor(raw: string, offset: number) {
    // libext2fs reads from this byte on (e2fsprogs: unix_io option "offset").
    this.#source = `${path.resolve(raw)}?offset=${offset}`;
  }

  async list(path: string): Promise<string[] | undefined> {
    const inode = await this.#find(path);
    if (inode?.kind !== 'folder') return undefined;
    return (await this.#readFolder(inode.number)).map(({ name }) => name);
  }

  async read(path: string): Promise<string | undefined> {
    const inode = await this.#find(path);
    if (inode?.kind !== 'file') return undefined;
    if (inode.size > maxFileBytes) {
      throw new AperiodicError('invalid', `${path} in the image is larger than ${maxFileBytes} bytes`);
    }
    return await this.#request(`cat <${inode.number}>`);
  }

  async walk(path: string): Promise<DiskEntry[]> {
    const top = await this.#find(path);
    if (top?.kind !== 'folder') return [];
    const entries: DiskEntry[] = [];
    let level = [{ number: top.number, path: path === '/' ? '' : path.replace(/\/+$/, '') }];
    while (level.length > 0) {
      await this.#loadFolders(level.map(({ number }) => number));
      const next: typeof level = [];
      for (const folder of level) {
        for (const { number, name, ...inode } of this.#folders.get(folder.number) ?? []) {
          const size = inode.kind === 'file' ? inode.size : 0;
          const entry = { ...inode, path: `${folder.path}/${name}`, size };
          if (entries.push(entry) > maxEntries) {
            throw new AperiodicError('invalid', `${path} in the image holds more than ${maxEntries} entries`);
          }
          if (inode.kind === 'folder') next.push({ number, path: entry.path });
        }
      }
      level = next;
    }
    return entries;
  }

  async usedMiB(): Promise<number> {
    const { stdout } = await exec('dumpe2fs', ['-h', '--', this.#source], {
      failure: 'invalid',
      killed: 'host-failed',
      what: 'the root file system of the image cannot be read',
    });
    return parseUsedMiB(stdout);
  }

  /** The inode at the end of a path, links followed inside the image. */
  async #find(path: string): Promise<Inode | undefined> {
    const pending = path.split('/').filter((part) => part !== '');
    const trail: Inode[] = [];
    let links = 0;
    let current: Inode = { ...topFolder, number: rootInode };
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      if (part === '.') continue;
      if (part === '..') {
        current = trail.pop() ?? current;
        continue;
      }
      if (current.kind !== 'folder') return undefined;
      const child = (await this.#readFolder(current.number)).find(({ name }) => name === part);
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

  async #readLink({ number, size }: Inode): Promise<string> {
    const described = await this.#request(`stat <${number}>`);
    const fast = parseFastLink(described, size);
    return fast ?? (await this.#request(`cat <${number}>`)).slice(0, size);
  }

  async #readFolder(number: number): Promise<Inode[]> {
    await this.#loadFolders([number]);
    return this.#folders.get(number) ?? [];
  }

  /** One debugfs for all folders that are not known yet. */
  async #loadFolders(numbers: readonly number[]): Promise<void> {
    const missing = numbers.filter((number) => !this.#folders.has(number));
    if (missing.length === 0) return;
    const commands = missing.map((number) => `ls -p <${number}>`);
    const { stdout } = await exec('debugfs', ['-f', '-', this.#source], {
      input: `${commands.join('\n')}\n`,
      failure: 'invalid',
      killed: 'host-failed',
      what: 'the root file system of the image cannot be read',
    });
    for (const [number, answer] of splitAnswers(stdout)) this.#folders.set(number, parseFolder(answer));
  }

  async #request(command: string): Promise<string> {
    const { stdout } = await exec('debugfs', ['-R', command, this.#source], {
      failure: 'invalid',
      killed: 'host-failed',
      what: 'the root file system of the image cannot be read',
    });
    return stdout;
  }
}
