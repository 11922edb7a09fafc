/** Files of a generation for the web: found by safe paths, small ones kept in memory, named by what is in them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

export type Found =
  | { kind: 'file'; type: string; etag: string; size: number; body: Buffer | (() => Readable) }
  /** A folder that was named without a slash at its end. */
  | { kind: 'folder' }
  | { kind: 'none' };

/** A generation: what is kept of one is forgotten with it, though its folder may have the name of the one before. */
export interface Place {
  readonly root: string;
}

export interface Files {
  /** @param url path of an address as it was asked for, decoded; begins with a slash */
  find(generation: Place, url: string): Promise<Found>;
}

/** Bytes: of one file that is kept, and of all together. */
const limits = { file: 4 * 1024 * 1024, all: 64 * 1024 * 1024 };
const none: Found = { kind: 'none' };

export function createFiles(): Files {
  let kept = new Map<string, Found & { kind: 'file' }>();
  let bytes = 0;
  let current: Place | undefined;
  const keep = (of: Place, url: string, found: Found & { kind: 'file' }) => {
    if (of !== current) return;
    kept.set(url, found);
    bytes += found.size;
    for (const [oldest, { size }] of kept) {
      if (bytes <= limits.all) break;
      kept.delete(oldest);
      bytes -= size;
    }
  };
  return {
    find: async (generation, url) => {
      if (generation !== current) {
        kept = new Map();
        bytes = 0;
        current = generation;
      }
      const known = kept.get(url);
      if (known !== undefined) return known;
      const found = await read(generation.root, url);
      if (found.kind === 'file' && Buffer.isBuffer(found.body) && !kept.has(url))
        keep(generation, url, found);
      return found;
    },
  };
}

async function read(root: string, url: string): Promise<Found> {
  const parts = splitPath(url);
  if (parts === undefined) return none;
  const wanted = path.join(root, ...parts, url.endsWith('/') ? 'index.html' : '');
  const file = await realpath(wanted).catch(() => undefined);
  // A link may lead out of what is published.
  if (file === undefined || !`${file}/`.startsWith(`${root}/`)) return none;
  const found = await stat(file);
  if (found.isDirectory()) return url.endsWith('/') ? none : { kind: 'folder' };
  if (!found.isFile()) return none;
  const type = typeOf(file);
  if (found.size > limits.file) {
    const etag = `W/"${found.size.toString(16)}-${Math.trunc(found.mtimeMs).toString(16)}"`;
    return { kind: 'file', type, etag, size: found.size, body: () => createReadStream(file) };
  }
  const body = await readFile(file);
  return { kind: 'file', type, etag: etagOf(body), size: body.length, body };
}

/** The same for the same bytes, whenever they were generated. */
export function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 32)}"`;
}

/** Undefined for a path with parts that are empty, hidden, lead upwards, or have what no published name has. */
export function splitPath(url: string): string[] | undefined {
  if (!url.startsWith('/') || url.length > 1024) return undefined;
  const parts = url.slice(1).split('/');
  if (parts.at(-1) === '') parts.pop();
  return parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9+._:@=~-]*$/.test(part)) ? parts : undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.sjson': 'text/plain; charset=utf-8',
  '.asc': 'text/plain; charset=utf-8',
  '.yaml': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.atom': 'application/atom+xml',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

function typeOf(file: string): string {
  return types[path.extname(file)] ?? 'application/octet-stream';
}
