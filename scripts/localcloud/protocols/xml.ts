/** What an XML answer is made of. A list becomes `<item>` elements; undefined is left out. */
export type XmlValue = string | number | boolean | Date | undefined | readonly XmlValue[] | XmlStructure;

export interface XmlStructure {
  readonly [name: string]: XmlValue;
}

const NAMESPACES = {
  ec2: 'http://ec2.amazonaws.com/doc/2016-11-15/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

/** An answer of EC2: members beside `requestId`. Source: Smithy, "AWS EC2 query protocol", response serialization. */
export function renderEc2(call: string, requestId: string, members: XmlStructure): string {
  return document(`${call}Response`, NAMESPACES.ec2, element('requestId', requestId) + body(members));
}

/** An answer of STS: members within `<CallResult>`. Source: Smithy, "AWS query protocol". */
export function renderSts(call: string, requestId: string, members: XmlStructure): string {
  const result = element(`${call}Result`, members) + element('ResponseMetadata', { RequestId: requestId });
  return document(`${call}Response`, NAMESPACES.sts, result);
}

/** An error of EC2. Source: the same, "operation error serialization". */
export function renderEc2Error(code: string, message: string, requestId: string): string {
  const error =
    element('Errors', { Error: { Code: code, Message: message } }) + element('RequestID', requestId);
  return `${HEAD}<Response>${error}</Response>`;
}

export function renderStsError(code: string, message: string, requestId: string): string {
  const error =
    element('Error', { Type: 'Sender', Code: code, Message: message }) + element('RequestId', requestId);
  return document('ErrorResponse', NAMESPACES.sts, error);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function document(name: string, namespace: string, content: string): string {
  return `${HEAD}<${name} xmlns="${namespace}">${content}</${name}>`;
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  return `<${name}>${body(value)}</${name}>`;
}

function body(value: XmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isList(value)) return value.map((one) => element('item', one)).join('');
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('');
}

function isList(value: readonly XmlValue[] | XmlStructure): value is readonly XmlValue[] {
  return Array.isArray(value);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for XML 1.0: what it cannot hold becomes U+FFFD, line ends and tabs are references so that they stay. */
export function escapeText(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one)
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, (one) => (isXmlControl(one) ? `&#${one.charCodeAt(0)};` : '\ufffd'));
}

function isXmlControl(one: string): boolean {
  const code = one.charCodeAt(0);
  return one === '\t' || one === '\n' || one === '\r' || (code >= 0x7f && code < 0xa0);
}
