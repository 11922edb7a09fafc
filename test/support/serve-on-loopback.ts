/** A server of a test on this machine, closed with it. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Ending } from './temporary-folder.ts';

/** @returns its address, without a slash at its end */
export async function serveOnLoopback(t: Ending, served: Server | RequestListener): Promise<string> {
  const server = typeof served === 'function' ? createServer(served) : served;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}
