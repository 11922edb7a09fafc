import { Ajv, type SchemaObject } from 'ajv';
import type { Fault, Faults } from './faults.ts';
import type { Handled } from './handle-request.ts';
import type { RawRequest } from './prepare.ts';
import type { LogEntry } from './request-log.ts';
import { type LoopbackServer, serveLoopback } from './server.ts';
import type { RegionSettings } from './state/types.ts';

/** What a test may do to a cloud from outside. */
export interface ControlActions {
  faults: Faults;
  log(after?: number): LogEntry[];
  now(): Date;
  advance(seconds: number): void;
  configure(region: string, settings: Partial<RegionSettings>): Promise<void>;
}

const names: SchemaObject = { type: 'array', items: { type: 'string' } };
const amount: SchemaObject = { type: 'number', minimum: 0 };
const chance: SchemaObject = { type: 'number', minimum: 0, maximum: 1 };

const ajv = new Ajv();

const isFault = ajv.compile<Fault>({
  type: 'object',
  required: ['kind'],
  additionalProperties: false,
  properties: {
    kind: { enum: ['throttle', 'down', 'unavailable', 'lose-reply', 'slow', 'hide'] },
    calls: names,
    regions: names,
    access: { enum: ['read', 'write'] },
    probability: chance,
    skip: amount,
    count: amount,
    seconds: amount,
    glimpse: chance,
  },
});

const isAdvance = ajv.compile<{ seconds: number }>({
  type: 'object',
  required: ['seconds'],
  additionalProperties: false,
  properties: { seconds: amount },
});

const quota = { type: 'integer', minimum: 0 };

const isConfigure = ajv.compile<{ region: string; settings: Partial<RegionSettings> }>({
  type: 'object',
  required: ['region', 'settings'],
  additionalProperties: false,
  properties: {
    region: { type: 'string' },
    settings: {
      type: 'object',
      additionalProperties: false,
      properties: {
        optInStatus: { enum: ['opt-in-not-required', 'opted-in', 'not-opted-in'] },
        imageBlockPublicAccess: { enum: ['unblocked', 'block-new-sharing'] },
        snapshotBlockPublicAccess: { enum: ['unblocked', 'block-new-sharing', 'block-all-sharing'] },
        ebsEncryptionByDefault: { type: 'boolean' },
        publicImages: quota,
        images: quota,
        sharedAccounts: quota,
        snapshots: quota,
      },
    },
  },
});

/**
 * The control endpoint: JSON over HTTP on 127.0.0.1.
 * `GET /log?after=N`, `GET|POST|DELETE /faults`, `GET /time`, `POST /advance {seconds}`, `POST /configure {region, settings}`.
 * What changes something must say it sends JSON, which a page in a browser cannot do across origins unasked.
 */
export function serveControl(port: number, actions: ControlActions): Promise<LoopbackServer> {
  return serveLoopback(port, (request) => control(request, actions));
}

async function control(request: RawRequest, actions: ControlActions): Promise<Handled> {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (request.method !== 'GET' && request.headers['content-type'] !== 'application/json') {
    return answer(415, { error: 'send application/json' });
  }
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /log':
      return answer(200, actions.log(Number(url.searchParams.get('after') ?? 0)));
    case 'GET /faults':
      return answer(200, actions.faults.list());
    case 'GET /time':
      return answer(200, { now: actions.now() });
    case 'DELETE /faults':
      actions.faults.clear();
      return answer(200, {});
    default:
      return change(`${request.method} ${url.pathname}`, readJson(request.body), actions);
  }
}

async function change(what: string, body: unknown, actions: ControlActions): Promise<Handled> {
  try {
    if (what === 'POST /faults' && isFault(body)) return answer(200, { id: actions.faults.add(body) });
    if (what === 'POST /advance' && isAdvance(body)) {
      actions.advance(body.seconds);
      return answer(200, { now: actions.now() });
    }
    if (what === 'POST /configure' && isConfigure(body)) {
      await actions.configure(body.region, body.settings);
      return answer(200, {});
    }
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) });
  }
  return answer(400, { error: `cannot do ${what} with this body` });
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function answer(status: number, body: unknown): Handled {
  return {
    answer: { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    slowSeconds: 0,
  };
}
