import { CloudError } from '../errors.ts';
import type { Fields } from './fields.ts';

const MAX_PARAMETERS = 2000;
const MAX_DEPTH = 8;

interface Node {
  value: string | undefined;
  children: Map<string, Node>;
}

/**
 * Parameters of the EC2 and AWS query protocols: form fields whose dotted names make a tree, list members counted from 1
 * (`Filter.1.Value.2=x`). Source: Smithy, "AWS EC2 query protocol".
 * @throws CloudError when there are more names, or deeper ones, than any call of ours has
 */
export function parseQuery(body: string): Fields {
  const root: Node = { value: undefined, children: new Map() };
  let count = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    count += 1;
    const path = name.split('.');
    if (count > MAX_PARAMETERS || path.length > MAX_DEPTH) {
      throw new CloudError('MalformedQueryString', 'The request has too many parameters');
    }
    let node = root;
    for (const part of path) {
      const next = node.children.get(part) ?? { value: undefined, children: new Map<string, Node>() };
      node.children.set(part, next);
      node = next;
    }
    if (node.value !== undefined) {
      throw new CloudError('InvalidParameter', `The parameter ${name} is there twice`);
    }
    node.value = value;
  }
  return view(root);
}

function view(node: Node): Fields {
  const members = (name: string): Node[] => {
    const list = node.children.get(name);
    if (list === undefined) return [];
    return [...list.children]
      .filter(([key]) => /^[1-9]\d{0,8}$/.test(key))
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, member]) => member);
  };
  const text = (name: string): string | undefined => node.children.get(name)?.value;
  return {
    text,
    integer: (name) => parseInteger(name, text(name)),
    flag: (name) => parseFlag(name, text(name)),
    texts: (name) => members(name).map((member) => member.value ?? ''),
    items: (name) => members(name).map(view),
    field: (name) => {
      const child = node.children.get(name);
      return child === undefined || child.children.size === 0 ? undefined : view(child);
    },
    canonical: () => canonical(node),
  };
}

function parseInteger(name: string, value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  if (!/^-?\d{1,15}$/.test(value)) {
    throw new CloudError(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${name} is invalid: not an integer`,
    );
  }
  return Number(value);
}

function parseFlag(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined || value === '') return undefined;
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new CloudError(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${name} is invalid: not a boolean`,
  );
}

function canonical(node: Node): string {
  const children = [...node.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, child]) => `${JSON.stringify(name)}:${canonical(child)}`);
  return `{${JSON.stringify(node.value ?? null)}${children.map((one) => `,${one}`).join('')}}`;
}
