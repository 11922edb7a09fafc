/** A folder over HTTP on this machine, which may turn away what a test wants to fail. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { serveOnLoopback } from './serve-on-loopback.ts';
import type { Ending } from './temporary-folder.ts';

export interface ServedFolder {
  /** Without a slash at its end. */
  address: string;
  /** Paths that were asked for, each with a slash before it. */
  asked: string[];
  /** Answers itself, by giving true, before the folder does. */
  instead?: ((name: string, response: ServerResponse) => boolean) | undefined;
}

export async function serveFolder(t: Ending, folder: string): Promise<ServedFolder> {
  const served: ServedFolder = { address: '', asked: [] };
  const answer = async (name: string, response: ServerResponse) => {
    const file = path.join(folder, path.posix.normalize(name));
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return void response.writeHead(404).end();
    const headers = { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() };
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  };
  served.address = await serveOnLoopback(t, (request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    served.asked.push(name);
    if (served.instead?.(name, response) !== true) void answer(name, response);
  });
  return served;
}

/** Ways to fail, each of which has then answered. */
export const failings = {
  /** Not there. */
  gone: (response: ServerResponse) => void response.writeHead(404).end(),
  /** Not now. */
  busy: (response: ServerResponse) => void response.writeHead(503).end(),
  /** Other bytes than were asked for. */
  wrong: (response: ServerResponse) => void response.end('other bytes'),
  /** Fewer bytes than it announces. */
  short: (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': 5000 });
    response.write('x'.repeat(100), () => response.destroy());
  },
  /** No answer at all. */
  closed: (response: ServerResponse) => void response.destroy(),
};

/** Fails for the paths that have one of the words in them. */
export function failFor(
  words: readonly string[],
  fail: (response: ServerResponse) => void,
): ServedFolder['instead'] {
  return (name, response) => {
    if (!words.some((word) => name.includes(word))) return false;
    fail(response);
    return true;
  };
}
