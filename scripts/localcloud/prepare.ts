import type { IncomingHttpHeaders } from 'node:http';
import type { Call, CallContext } from './cloud.ts';
import { EBS_CALLS } from './ebs/calls.ts';
import { EC2_CALLS } from './ec2/calls.ts';
import { CloudError } from './errors.ts';
import type { Need } from './policy.ts';
import { ERROR_CODES, type Protocol } from './protocols/error-codes.ts';
import type { Fields } from './protocols/fields.ts';
import { type JsonStructure, parseJson } from './protocols/json.ts';
import { parseQuery } from './protocols/query.ts';
import { type RestAnswer, type RestRequest, restRequest } from './protocols/rest.ts';
import { renderEc2, renderSts, type XmlStructure } from './protocols/xml.ts';
import { QUOTA_CALLS } from './quotas/calls.ts';
import { readTags } from './rules/tags.ts';
import { SSM_CALLS } from './ssm/calls.ts';
import type { Tag } from './state/types.ts';
import { STS_CALLS } from './sts/calls.ts';

/** A request as it came, read whole. */
export interface RawRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** sha256 of the body in hexadecimal digits; computed once. */
  bodyDigest(): string;
}

/** An answer as it goes. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** A call that was read but not believed yet. */
export interface Prepared {
  call: string;
  access: 'read' | 'write';
  /** Equal for equal parameters. */
  parameters: string;
  tags: readonly Tag[];
  /** EC2 only: say whether it would be allowed, and do nothing. */
  dryRun: boolean;
  needs(context: CallContext): Need[];
  run(context: CallContext): Promise<Answer>;
}

/** Services by the name in the signature's scope. */
export const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['ec2', 'ec2'],
  ['ebs', 'rest'],
  ['ssm', 'json'],
  ['servicequotas', 'json'],
  ['sts', 'sts'],
]);

/** Reads which call a request is. @throws CloudError for a call we do not make */
export function prepare(service: string, request: RawRequest, requestId: string): Prepared {
  switch (service) {
    case 'ec2':
      return prepareQuery(EC2_CALLS, 'ec2', request, (call, members) => renderEc2(call, requestId, members));
    case 'sts':
      return prepareQuery(STS_CALLS, 'sts', request, (call, members) => renderSts(call, requestId, members));
    case 'ssm':
      return prepareJson(SSM_CALLS, 'ssm', 'AmazonSSM', request);
    case 'servicequotas':
      return prepareJson(QUOTA_CALLS, 'servicequotas', 'ServiceQuotasV20190624', request);
    default:
      return prepareRest(request);
  }
}

function prepareQuery(
  calls: Readonly<Record<string, Call<Fields, XmlStructure>>>,
  service: 'ec2' | 'sts',
  request: RawRequest,
  render: (call: string, members: XmlStructure) => string,
): Prepared {
  const fields = parseQuery(request.body.toString('utf8'));
  const name = fields.text('Action') ?? '';
  const found = lookUp(calls, name, service);
  return {
    ...common(found, name, service, fields),
    parameters: fields.canonical(),
    tags: [...readTags(fields), ...fields.items('TagSpecification').flatMap(readTags)],
    dryRun: service === 'ec2' && fields.flag('DryRun') === true,
    run: async (context) => ({
      status: 200,
      headers: { 'content-type': 'text/xml;charset=UTF-8' },
      body: render(name, await found.run(fields, context)),
    }),
  };
}

function prepareJson(
  calls: Readonly<Record<string, Call<Fields, JsonStructure>>>,
  service: string,
  prefix: string,
  request: RawRequest,
): Prepared {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = target.startsWith(`${prefix}.`) ? target.slice(prefix.length + 1) : '';
  const found = lookUp(calls, name, 'json');
  const fields = parseJson(request.body.toString('utf8'));
  return {
    ...common(found, name, service, fields),
    parameters: fields.canonical(),
    tags: readJsonTags(fields),
    dryRun: false,
    run: async (context) => ({
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(await found.run(fields, context)),
    }),
  };
}

function prepareRest(request: RawRequest): Prepared {
  const url = new URL(request.url, 'http://127.0.0.1');
  const name =
    Object.entries(EBS_CALLS).find(
      ([, call]) => call.method === request.method && call.path.test(url.pathname),
    )?.[0] ?? '';
  const found = lookUp<RestRequest, RestAnswer>(EBS_CALLS, name, 'rest');
  const rest = restRequest(url, headerMap(request.headers), request.body, request.bodyDigest);
  return {
    ...common(found, name, 'ebs', rest),
    parameters: rest.canonical(),
    tags: name === 'StartSnapshot' ? readJsonTags(rest.json()) : [],
    dryRun: false,
    run: async (context) => {
      const { status, headers = {}, json, bytes } = await found.run(rest, context);
      const type = bytes === undefined ? 'application/json' : 'application/octet-stream';
      return { status, headers: { 'content-type': type, ...headers }, body: bytes ?? JSON.stringify(json) };
    },
  };
}

function readJsonTags(fields: Fields): Tag[] {
  return fields.items('Tags').map((tag) => ({ key: tag.text('Key') ?? '', value: tag.text('Value') ?? '' }));
}

function common<Input, Output>(
  found: Call<Input, Output>,
  call: string,
  service: string,
  input: Input,
): Pick<Prepared, 'call' | 'access' | 'needs'> {
  const needs = found.permissions;
  return {
    call,
    access: found.access,
    needs: (context) => (needs === undefined ? [{ action: `${service}:${call}` }] : needs(input, context)),
  };
}

function lookUp<Input, Output>(
  calls: Readonly<Record<string, Call<Input, Output>>>,
  name: string,
  protocol: Protocol,
): Call<Input, Output> {
  const found = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (found !== undefined) return found;
  const { code, status } = ERROR_CODES[protocol]['unknown-call'];
  throw new CloudError(code, `The action ${JSON.stringify(name)} is not one that localcloud knows`, {
    status,
  });
}

function headerMap(headers: IncomingHttpHeaders): Map<string, string> {
  return new Map(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
