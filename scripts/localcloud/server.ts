import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Handled } from './handle-request.ts';
import type { RawRequest } from './prepare.ts';

/** The largest request we make: a block of 512 KiB. */
const MAX_BODY = 1 << 20;

/** A server on 127.0.0.1, bounded in all that a client can spend. */
export interface LoopbackServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * @param port 0 for any free one
 * @param handle gives what becomes of a request that was read whole
 */
export async function serveLoopback(
  port: number,
  handle: (request: RawRequest) => Promise<Handled>,
): Promise<LoopbackServer> {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 20_000,
    requestTimeout: 120_000,
    keepAliveTimeout: 15_000,
  });
  server.maxConnections = 1024;
  server.maxHeadersCount = 100;
  server.on('request', (request, response) => {
    serve(request, response, portOf(server), handle).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  handle: (request: RawRequest) => Promise<Handled>,
): Promise<void> {
  if (!isOurHost(request.headers.host, port))
    return refuse(response, 421, 'This server answers to 127.0.0.1 only.');
  const body = await readBody(request);
  if (body === undefined) return refuse(response, 413, 'The request is too large.');
  let digest: string | undefined;
  const bodyDigest = (): string => {
    digest ??= createHash('sha256').update(body).digest('hex');
    return digest;
  };
  const handled = await handle({
    method: request.method ?? '',
    url: request.url ?? '/',
    headers: request.headers,
    body,
    bodyDigest,
  });
  if (handled === 'cut') {
    request.socket.destroy();
    return;
  }
  const { answer, slowSeconds } = handled;
  response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
  if (slowSeconds > 0) {
    response.flushHeaders();
    await wait(slowSeconds * 1000, undefined, { ref: false });
  }
  response.end(answer.body);
}

/** A name of another host that leads here is a web page's attempt to reach a local server (DNS rebinding). */
function isOurHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** undefined when there is more of it than any call of ours has. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${message}\n`);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
