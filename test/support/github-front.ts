/** Stands before the stand-in of GitHub and answers what that one does not keep: files of a pull request, moved heads. */
import { serveOnLoopback } from './serve-on-loopback.ts';
import type { Ending } from './temporary-folder.ts';

/** The answer to a call, or undefined to pass it on. `path` is without its query. */
export type Answer = (method: string, path: string) => unknown;

/** @returns its address */
export async function startFront(t: Ending, upstream: string, answer: Answer): Promise<string> {
  return await serveOnLoopback(t, async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const own = answer(method, url.split('?')[0] ?? '');
    if (own !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(own));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const passed = await fetch(`${upstream}${url}`, {
      method,
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': 'application/json',
      },
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const type = passed.headers.get('content-type') ?? 'application/json';
    response.writeHead(passed.status, { 'content-type': type }).end(Buffer.from(await passed.arrayBuffer()));
  });
}
