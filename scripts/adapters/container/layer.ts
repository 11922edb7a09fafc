/** Reads the files of a layer from its tar: nothing is unpacked, and no rights are needed. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { extract, type Headers } from 'tar-stream';
import { AperiodicError } from '../../model/errors.ts';
import type { DiskEntry, DiskView } from '../../model/inspection.ts';

const maxFileBytes = 1024 * 1024;
/** Content up to this is kept while the tar is read; larger files are read again when somebody asks. */
const keptBytes = 64 * 1024;
const maxEntries = 1_000_000;
/** As the kernel (path_resolution(7)). */
const maxLinks = 40;

interface Node extends DiskEntry {
  target?: string;
  content?: string;
  /** Name in the tar, for content that was not kept. */
  stored: string;
}

const kinds: Record<string, DiskEntry['kind']> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'link',
};

/** @throws AperiodicError `invalid` when it is no tar, or is cut short */
export async function openLayer(layer: string): Promise<DiskView> {
  const nodes = new Map<string, Node>();
  await readTar(
    layer,
    (header) => header.type === 'file' && (header.size ?? 0) <= keptBytes,
    (header, content) => {
      const path = pathOf(header.name);
      const node =
        header.type === 'link' ? nodes.get(pathOf(header.linkname ?? '')) : nodeOf(header, path, content);
      if (node !== undefined) nodes.set(path, { ...node, path });
      if (nodes.size > maxEntries)
        throw new AperiodicError('invalid', `the layer holds more than ${maxEntries} entries`);
    },
  );
  if (![...nodes.keys()].some((path) => path.startsWith('/etc/')))
    throw new AperiodicError('invalid', 'the layer holds no system: it has no /etc', { file: layer });
  return new LayerView(layer, nodes);
}

function pathOf(name: string): string {
  return `/${name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

function nodeOf(
  { type, size, mode, uid, gid, linkname, name }: Headers,
  path: string,
  content?: Buffer,
): Node {
  const kind = kinds[type ?? 'file'] ?? 'other';
  return {
    path,
    kind,
    size: kind === 'file' ? (size ?? 0) : 0,
    mode: (mode ?? 0) & 0o7777,
    uid: uid ?? 0,
    gid: gid ?? 0,
    stored: name,
    ...(kind === 'link' ? { target: linkname ?? '' } : {}),
    ...(content === undefined ? {} : { content: content.toString('utf8') }),
  };
}

async function readTar(
  layer: string,
  wanted: (header: Headers) => boolean,
  take: (header: Headers, content?: Buffer) => void,
): Promise<void> {
  const parser = extract();
  const reading = pipeline(createReadStream(layer, { highWaterMark: 1024 * 1024 }), parser);
  const entries = (async () => {
    for await (const entry of parser) {
      if (!wanted(entry.header)) {
        entry.resume();
        take(entry.header);
        continue;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk);
      take(entry.header, Buffer.concat(chunks));
    }
  })();
  try {
    await Promise.all([reading, entries]);
  } catch (cause) {
    if (cause instanceof AperiodicError) throw cause;
    throw new AperiodicError('invalid', 'the layer cannot be read', { file: layer, cause });
  }
}

class LayerView implements DiskView {
  readonly #layer: string;
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #names = new Map<string, string[]>();

  constructor(layer: string, nodes: ReadonlyMap<string, Node>) {
    this.#layer = layer;
    this.#nodes = nodes;
    for (const path of nodes.keys()) {
      const cut = path.lastIndexOf('/');
      const folder = cut === 0 ? '/' : path.slice(0, cut);
      this.#names.set(folder, [...(this.#names.get(folder) ?? []), path.slice(cut + 1)]);
    }
  }

  async list(path: string): Promise<string[] | undefined> {
    const real = this.#resolve(path);
    if (real === undefined || (real !== '/' && this.#nodes.get(real)?.kind !== 'folder')) return undefined;
    return this.#names.get(real) ?? [];
  }

  async read(path: string): Promise<string | undefined> {
    const node = this.#nodes.get(this.#resolve(path) ?? '');
    if (node?.kind !== 'file') return undefined;
    if (node.size > maxFileBytes)
      throw new AperiodicError('invalid', `${path} in the image is larger than ${maxFileBytes} bytes`);
    if (node.content !== undefined) return node.content;
    let found: string | undefined;
    await readTar(
      this.#layer,
      ({ name, type }) => name === node.stored && type !== 'link',
      (_, content) => {
        if (content !== undefined) found = content.toString('utf8');
      },
    );
    return found;
  }

  async walk(path: string): Promise<DiskEntry[]> {
    const real = this.#resolve(path);
    if (real === undefined) return [];
    const prefix = real === '/' ? '/' : `${real}/`;
    return [...this.#nodes.values()]
      .filter((node) => node.path.startsWith(prefix))
      .map(({ path: found, kind, size, mode, uid, gid }) => ({ path: found, kind, size, mode, uid, gid }));
  }

  /** What its files hold: a runtime's file system adds to that. */
  async usedMiB(): Promise<number> {
    const files = new Map([...this.#nodes.values()].map(({ stored, size }) => [stored, size]));
    return [...files.values()].reduce((sum, size) => sum + size, 0) / (1024 * 1024);
  }

  /** The path at the end of links, followed inside the layer. */
  #resolve(path: string): string | undefined {
    const pending = path.split('/').filter((part) => part !== '');
    let links = 0;
    let current: string[] = [];
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      if (part === '.') continue;
      if (part === '..') {
        current.pop();
        continue;
      }
      const node = this.#nodes.get(`/${[...current, part].join('/')}`);
      if (node === undefined) return undefined;
      if (node.kind !== 'link') {
        current.push(part);
        continue;
      }
      if (++links > maxLinks) return undefined;
      const target = node.target ?? '';
      pending.unshift(...target.split('/').filter((name) => name !== ''));
      if (target.startsWith('/')) current = [];
    }
    return `/${current.join('/')}`;
  }
}
