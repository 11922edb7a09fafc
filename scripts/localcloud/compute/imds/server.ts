/** The metadata service of one instance: HTTP on a port of 127.0.0.1, which the guest sees as 169.254.169.254:80. */
import { createServer, type Server } from 'node:http';
import { METADATA_ADDRESS } from '../hypervisor.ts';
import { answerMetadata, type MetadataService } from './answer.ts';

export interface MetadataServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** @param service is asked anew for each request, so that answers follow what changes */
export async function serveMetadata(service: () => MetadataService): Promise<MetadataServer> {
  const server = createServer(
    { maxHeaderSize: 8 * 1024, headersTimeout: 10_000, requestTimeout: 10_000, keepAliveTimeout: 1 },
    (request, response) => {
      request.resume();
      // Another name that leads here is a web page's attempt to reach a local server.
      const host = (request.headers.host ?? METADATA_ADDRESS).replace(/:80$/, '');
      const { status, headers, body } =
        host === METADATA_ADDRESS
          ? answerMetadata(
              { method: request.method ?? '', path: request.url ?? '/', headers: request.headers },
              service(),
            )
          : { status: 400, headers: {}, body: '' };
      // The relay of a connection ends with it: one answer each.
      response.writeHead(status, {
        ...headers,
        'content-length': Buffer.byteLength(body),
        connection: 'close',
        server: 'EC2ws',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    },
  );
  // Each is a process of the host.
  server.maxConnections = 32;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
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

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
