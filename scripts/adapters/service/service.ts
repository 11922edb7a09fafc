/**
 * The selection service: queries over HTTP, and the files of a generated folder. It reads, and changes nothing; what it may
 * read is below that folder.
 */
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { bareStream } from '../../model/catalog/bare-stream.ts';
import { describeFound } from '../../model/catalog/found.ts';
import { explainNothing, parseQuery, type QueryWords } from '../../model/catalog/query.ts';
import { selectFrom } from '../../model/catalog/select.ts';
import { AperiodicError } from '../../model/errors.ts';
import { apiFolder } from '../../render/api/paths.ts';
import { isKnown, maxAge, sendBody, sendError } from './answer.ts';
import { findElsewhere, isHere } from './elsewhere.ts';
import { createFiles, type Files } from './files.ts';
import { type Generation, type Generations, watchGenerations } from './generation.ts';

export interface ServiceOptions {
  /** What a generator made. */
  folder: string;
  /** Requests a minute from one address; 0 for no limit. */
  rate: number;
  /**
   * Addresses of proxies, or ranges of them (CIDR): who asks through them is who they say in X-Forwarded-For. What others put
   * there, and what was there before a proxy added to it, counts for nothing. Empty: nobody is believed.
   */
  trustProxy: readonly string[];
  /** Address of the top folder of the mirrors on the web, without a slash at its end. Default: what is published of it. */
  downloads?: string | undefined;
  now?: () => Date;
  generations?: Generations;
  /** Told of what is wrong with the folder or here, never of what clients do. */
  onError?: (error: unknown) => void;
}

/** No route takes a body, and nobody may hold a connection for long. */
const limits = {
  bodyLimit: 1024,
  connectionTimeout: 30_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
};

export async function createService(options: ServiceOptions): Promise<FastifyInstance> {
  const { folder, rate, trustProxy, onError = () => undefined } = options;
  const app = fastify({
    ...limits,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    forceCloseConnections: 'idle',
    frameworkErrors: (_, __, reply) => sendError(reply, 400, 'usage', 'this is no address that can be read'),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(safety);
    if (request.method === 'GET' || request.method === 'HEAD') return undefined;
    const text = 'nothing is written here: use GET or HEAD';
    return sendError(reply.header('allow', 'GET, HEAD'), 405, 'method-not-allowed', text);
  });
  if (rate > 0)
    await app.register(rateLimit, {
      max: rate,
      timeWindow: 60_000,
      errorResponseBuilder: (_, { after }) => new TooMany(`asked too often: wait ${after}`),
    });
  app.setErrorHandler((error, _, reply) => fail(error, reply, onError));
  app.setNotFoundHandler((_, reply) => sendError(reply, 404, 'not-found', 'there is none'));
  const generations = options.generations ?? watchGenerations(folder);
  const files = createFiles();
  const now = options.now ?? (() => new Date());
  app.get(`/${apiFolder}/find`, async (request, reply) =>
    find(request, reply, await generations.current(), now()),
  );
  app.get('/*', async (request, reply) =>
    sendFile(request, reply, { generations, files, downloads: options.downloads }),
  );
  return app;
}

/** What browsers must not do with any of it. */
const safety = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy':
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  // Anybody may read it: there is nothing that is not public.
  'access-control-allow-origin': '*',
} as const;

class TooMany extends Error {
  readonly statusCode = 429;
}

function fail(error: unknown, reply: FastifyReply, onError: (error: unknown) => void): FastifyReply {
  if (error instanceof TooMany) return sendError(reply, 429, 'too-many-requests', error.message);
  if (error instanceof AperiodicError && error.code === 'usage')
    return sendError(reply, 400, 'usage', error.message);
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  if (error instanceof Error && typeof status === 'number' && status >= 400 && status < 500)
    return sendError(reply, status, 'usage', error.message);
  onError(error);
  return sendError(
    reply.header('retry-after', '10'),
    503,
    'unavailable',
    'nothing can be told now: try again soon',
  );
}

const words = ['distribution', 'image', 'arch', 'region', 'version', 'at'] as const;

async function find(
  request: FastifyRequest,
  reply: FastifyReply,
  generation: Generation,
  now: Date,
): Promise<FastifyReply> {
  const query = parseQuery(readWords(request.query));
  const streams = await generation.streams(query);
  const offers = selectFrom(streams, query, now);
  if (offers.length > 0) {
    const body = Buffer.from(`${JSON.stringify(describeFound(streams, offers), null, 1)}\n`);
    return sendBody(request, reply, 'application/json', body);
  }
  const others = generation.catalog.streams.filter(({ id }) => streams.every((stream) => stream.id !== id));
  const why = explainNothing([...streams, ...others.map(bareStream)], query, now);
  return sendError(reply, 404, 'not-found', why);
}

/** @throws AperiodicError `usage` for a word that is not known, or is there twice */
function readWords(query: unknown): QueryWords {
  const read: Record<string, string> = {};
  for (const [key, value] of Object.entries(Object(query))) {
    if (!words.some((word) => word === key))
      throw new AperiodicError(
        'usage',
        `${JSON.stringify(key.slice(0, 50))} is not asked for: ${words.join(', ')} are`,
      );
    if (typeof value !== 'string') throw new AperiodicError('usage', `'${key}' is there twice`);
    read[key] = value;
  }
  return read;
}

interface Published {
  generations: Generations;
  files: Files;
  downloads: string | undefined;
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { generations, files, downloads }: Published,
): Promise<FastifyReply> {
  const url = decodePath(request.url);
  const generation = await generations.current();
  let found = await files.find(generation, url);
  if (found.kind === 'none') {
    const newest = await generations.current(true);
    if (newest !== generation) found = await files.find(newest, url);
  }
  // Only a path that was found is led to, so that it cannot be an address of somebody else; a proxy may have it below another.
  if (found.kind === 'folder') return reply.redirect(`./${encodeURI(url.split('/').at(-1) ?? '')}/`, 308);
  if (found.kind === 'none') {
    const newest = await generations.current();
    const address = await findElsewhere(newest, url, downloads);
    if (address === undefined || isHere(address, request))
      return await sendNone(request, reply, newest, files);
    return reply.header('cache-control', `public, max-age=${maxAge}`).redirect(address, 302);
  }
  const { type, etag, size, body } = found;
  if (Buffer.isBuffer(body)) return sendBody(request, reply, type, body, etag);
  reply.header('etag', etag).header('cache-control', `public, max-age=${maxAge}`);
  if (isKnown(request, etag)) return reply.code(304).send();
  return reply.type(type).header('content-length', size).send(body());
}

/** Of what cannot be decoded, a path that nothing has. */
function decodePath(url: string): string {
  const [written = ''] = url.split('?', 1);
  try {
    return decodeURIComponent(written);
  } catch {
    return '';
  }
}

/** The site's own page for people, where it has one. */
async function sendNone(
  request: FastifyRequest,
  reply: FastifyReply,
  generation: Generation,
  files: Files,
): Promise<FastifyReply> {
  const isPerson = request.headers.accept?.includes('text/html') === true;
  const page = isPerson ? await files.find(generation, '/404.html') : undefined;
  if (page?.kind !== 'file' || !Buffer.isBuffer(page.body))
    return sendError(reply, 404, 'not-found', 'there is none');
  return reply.code(404).header('cache-control', 'no-store').type(page.type).send(page.body);
}
