/** The description of the API (OpenAPI 3.1, JSON Schema 2020-12), the same for the static one and the service. */
import { bundleSchemas } from './bundle-schemas.ts';
import * as paths from './paths.ts';

const documents = [
  'ApiCatalog',
  'ApiStream',
  'ApiRelease',
  'ApiImage',
  'ApiDownload',
  'ApiRegion',
  'ApiHistory',
  'ApiFound',
  'ApiError',
];

/** One schema of all documents: its root takes any of them. */
export function renderSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Aperiodic API, version 1',
    anyOf: documents.map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: bundleSchemas(documents, '#/$defs/'),
  };
}

const schemaPrefix = '#/components/schemas/';
/** Of a stream id's parts, a region, a version. */
const patterns = {
  word: '^[a-z0-9]+(-[a-z0-9]+)*$',
  region: '^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$',
  version: '^[0-9]{8}\\.(0|[1-9][0-9]{0,3})$',
};

const parameters = {
  distribution: inPath(
    'distribution',
    { type: 'string', maxLength: 50, pattern: patterns.word },
    'debian-12',
  ),
  image: inPath('image', { type: 'string', maxLength: 50, pattern: patterns.word }, 'cloud-base'),
  machine: inPath('machine', { enum: ['x86_64', 'aarch64'] }, 'x86_64'),
  region: inPath('region', { type: 'string', maxLength: 32, pattern: patterns.region }, 'eu-central-1'),
  format: inPath('format', { enum: ['qcow2', 'raw.zst', 'oci', 'docker-archive'] }, 'qcow2'),
  version: inPath('version', { type: 'string', maxLength: 13, pattern: patterns.version }, '20261122.0'),
};

type ParameterName = keyof typeof parameters;

function inPath(name: string, schema: object, example: string): object {
  return { name, in: 'path', required: true, schema, example };
}

function inQuery(name: string, description: string, schema: object): object {
  return { name, in: 'query', required: false, description, schema };
}

/** Of the service only: files have no questions asked. */
const query = [
  inQuery('distribution', 'Such as debian, or with its release, debian-12.', {
    type: 'string',
    maxLength: 100,
    pattern: patterns.word,
  }),
  inQuery('image', 'Such as cloud-base.', { type: 'string', maxLength: 100, pattern: patterns.word }),
  inQuery('arch', 'A processor, by any of its names.', { enum: ['x86_64', 'amd64', 'aarch64', 'arm64'] }),
  inQuery('region', 'AMIs of this region only.', { type: 'string', maxLength: 32, pattern: patterns.region }),
  inQuery('version', 'This version instead of the newest.', {
    type: 'string',
    maxLength: 13,
    pattern: patterns.version,
  }),
  inQuery('at', 'The newest that was public at the end of this day, or at this moment.', {
    type: 'string',
    maxLength: 60,
    anyOf: [{ format: 'date' }, { format: 'date-time' }],
  }),
];

export function renderOpenapi(): object {
  const stream = '{distribution}/{image}';
  const ofStream: ParameterName[] = ['distribution', 'image'];
  const latest = `/${paths.apiFolder}/streams/${stream}/latest`;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Aperiodic',
      version: '1',
      summary: 'Cloud images to choose from: what is newest, where it is, and what was before.',
      description:
        'All but /api/v1/find are files, and may be served from anywhere; find is answered by the selection service. catalog.json and ' +
        'each stream.json have a clear-signed sibling that ends in .sjson.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: {
      [`/${paths.catalogPath}`]: get('getCatalog', 'All streams', [], json('ApiCatalog')),
      [`/${paths.apiFolder}/streams/${stream}/stream.json`]: get(
        'getStream',
        'A stream with its releases, and what each offers',
        ofStream,
        json('ApiStream'),
      ),
      [`/${paths.apiFolder}/streams/${stream}/history.json`]: get(
        'getHistory',
        'Every AMI of a stream that there ever was',
        ofStream,
        json('ApiHistory'),
      ),
      [`/${paths.apiFolder}/streams/${stream}/releases/{version}.json`]: get(
        'getRelease',
        'One release',
        [...ofStream, 'version'],
        json('ApiRelease'),
      ),
      [`${latest}/release.json`]: get('getLatestRelease', 'The newest release', ofStream, json('ApiRelease')),
      [`${latest}/{machine}/aws/{region}.json`]: get(
        'getLatestImage',
        'The newest AMI in a region',
        [...ofStream, 'machine', 'region'],
        json('ApiImage'),
      ),
      [`${latest}/{machine}/aws/{region}.txt`]: get(
        'getLatestImageId',
        'Its id alone',
        [...ofStream, 'machine', 'region'],
        plain,
      ),
      [`${latest}/{machine}/download/{format}.json`]: get(
        'getLatestDownload',
        'The newest file in a format',
        [...ofStream, 'machine', 'format'],
        json('ApiDownload'),
      ),
      [`${latest}/{machine}/download/{format}.txt`]: get(
        'getLatestDownloadAddress',
        'Its address alone',
        [...ofStream, 'machine', 'format'],
        plain,
      ),
      [`/${paths.apiFolder}/regions/{region}.json`]: get(
        'getRegion',
        'The newest AMIs of all streams in a region',
        ['region'],
        json('ApiRegion'),
      ),
      [`/${paths.apiFolder}/find`]: findPath(),
    },
    components: { schemas: bundleSchemas(documents, schemaPrefix) },
  };
}

function json(schema: string): object {
  return { 'application/json': { schema: { $ref: `${schemaPrefix}${schema}` } } };
}

const plain = { 'text/plain': { schema: { type: 'string', maxLength: 1000 } } };

function failure(description: string): object {
  return { description, content: json('ApiError') };
}

const failures = {
  '429': failure('Asked too often: wait as long as Retry-After says'),
  '503': failure('Nothing is published yet'),
};

function get(operationId: string, summary: string, names: readonly ParameterName[], content: object): object {
  const responses = {
    '200': { description: summary, content },
    '404': failure('There is none'),
    ...failures,
  };
  return {
    get: {
      operationId,
      summary,
      ...(names.length === 0 ? {} : { parameters: names.map((name) => parameters[name]) }),
      responses,
    },
  };
}

function findPath(): object {
  return {
    get: {
      operationId: 'find',
      summary: 'What fits a query: the newest that may be offered',
      parameters: query,
      responses: {
        '200': { description: 'What fits', content: json('ApiFound') },
        '400': failure('The query cannot be meant'),
        '404': failure('Nothing fits, and why'),
        ...failures,
      },
    },
  };
}
