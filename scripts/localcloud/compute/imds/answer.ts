/** One request to the metadata service and its answer, without a network. */
import type { MetadataTokens } from './tokens.ts';
import { identityDocument, type MetadataFacts, metadataTree, readTree } from './tree.ts';

export interface MetadataRequest {
  method: string;
  /** With the query, as it came. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface MetadataAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface MetadataService {
  facts: MetadataFacts;
  tokens: MetadataTokens;
  /** Whether requests without a token are refused. */
  tokensRequired: boolean;
  enabled: boolean;
  /** Milliseconds. */
  now: number;
}

const TTL = 'x-aws-ec2-metadata-token-ttl-seconds';
const TOKEN = 'x-aws-ec2-metadata-token';
/** Six hours. */
const MAX_TTL = 21_600;

/** Versions of the categories we serve; all give the same. Source: a Nitro instance's own list, as of 2024. */
const VERSIONS = [
  ...[
    '1.0',
    '2007-01-19',
    '2007-03-01',
    '2007-08-29',
    '2007-10-10',
    '2007-12-15',
    '2008-02-01',
    '2008-09-01',
  ],
  ...['2009-04-04', '2011-01-01', '2011-05-01', '2012-01-12', '2014-02-25', '2014-11-05', '2015-10-20'],
  ...['2016-04-19', '2016-06-30', '2016-09-02', '2018-03-28', '2018-08-17', '2018-09-24', '2019-10-01'],
  ...['2020-10-27', '2021-01-03', '2021-03-23', '2021-07-15', '2022-09-24', '2024-04-11', 'latest'],
];

/**
 * IMDS as it answers on EC2. Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata": a PUT
 * gives a token for 1 to 21600 s, and is refused (403) with an X-Forwarded-For header; 400 for a missing or bad
 * time, 401 for a GET without a valid token, 403 when the service is off, 404 for what is not there.
 */
export function answerMetadata(request: MetadataRequest, service: MetadataService): MetadataAnswer {
  if (!service.enabled) return failure(403, 'Forbidden');
  const path = (request.path.split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/').replace(/^\//, '');
  if (request.method === 'PUT') return giveToken(path, request, service);
  if (request.method !== 'GET' && request.method !== 'HEAD') return failure(405, 'Method Not Allowed');
  const token = request.headers[TOKEN];
  // A wrong token is refused even where none is needed.
  const believed =
    token === undefined
      ? !service.tokensRequired
      : typeof token === 'string' && service.tokens.isValid(token, service.now);
  if (!believed) return failure(401, 'Unauthorized');
  return read(path, service.facts) ?? failure(404, 'Not Found');
}

function giveToken(path: string, { headers }: MetadataRequest, service: MetadataService): MetadataAnswer {
  if (headers['x-forwarded-for'] !== undefined) return failure(403, 'Forbidden');
  if (path !== 'latest/api/token') return failure(404, 'Not Found');
  const text = headers[TTL];
  const seconds = typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > MAX_TTL) return failure(400, 'Bad Request');
  const answer = plain(service.tokens.issue(seconds, service.now));
  return { ...answer, headers: { ...answer.headers, [TTL]: String(seconds) } };
}

function read(path: string, facts: MetadataFacts): MetadataAnswer | undefined {
  if (path === '') return plain(VERSIONS.join('\n'));
  const [version = '', ...rest] = path.split('/');
  if (!VERSIONS.includes(version)) return undefined;
  const below = rest.join('/');
  const { userData } = facts;
  if (below === '')
    return plain(['dynamic', 'meta-data', ...(userData === undefined ? [] : ['user-data'])].join('\n'));
  if (below === 'user-data') {
    return userData === undefined
      ? undefined
      : { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: userData };
  }
  const [kind, ...names] = rest;
  const name = names.join('/');
  if (kind === 'meta-data') {
    const found = readTree(metadataTree(facts), name, facts.key?.name);
    return found === undefined ? undefined : plain(found);
  }
  if (kind !== 'dynamic') return undefined;
  const dynamic = new Map([['instance-identity/document', identityDocument(facts)]]);
  const found = readTree(dynamic, name);
  return found === undefined ? undefined : plain(found);
}

function plain(body: string): MetadataAnswer {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}

function failure(status: number, title: string): MetadataAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body: `${status} - ${title}\n` };
}
