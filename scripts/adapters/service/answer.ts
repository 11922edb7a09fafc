/** How the service answers: bodies with ETags, and errors of one form. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { renderJson } from '../log/clean-text.ts';
import { etagOf } from './files.ts';

export type ServiceErrorCode =
  | 'usage'
  | 'not-found'
  | 'method-not-allowed'
  | 'too-many-requests'
  | 'unavailable';

/** Seconds that caches may keep an answer: a withdrawal is to be seen soon. */
export const maxAge = 60;

export function sendError(
  reply: FastifyReply,
  status: number,
  code: ServiceErrorCode,
  message: string,
): FastifyReply {
  const error = { code, message: message.slice(0, 2000) };
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json')
    .send(`${renderJson({ error })}\n`);
}

/** With status 304 and no body where the client has it already. */
export function sendBody(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  body: Buffer,
  etag = etagOf(body),
): FastifyReply {
  reply.header('etag', etag).header('cache-control', `public, max-age=${maxAge}`);
  if (isKnown(request, etag)) return reply.code(304).send();
  return reply.type(type).send(body);
}

/** If-None-Match (RFC 9110, 13.1.2): a list of tags, compared weakly. */
export function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const asked = headers['if-none-match'];
  if (asked === undefined) return false;
  const bare = (tag: string) => tag.trim().replace(/^W\//, '');
  return asked.trim() === '*' || asked.split(',').some((tag) => bare(tag) === bare(etag));
}
