import { createHash, createPublicKey } from 'node:crypto';
import type { CallContext } from '../../cloud.ts';
import { CloudError, invalidParameter } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type Fields, required } from '../../protocols/fields.ts';
import type { XmlStructure } from '../../protocols/xml.ts';
import { specifiedTags } from '../../rules/tags.ts';
import type { KeyPair } from '../../state/compute-types.ts';
import { readFilters } from '../filters.ts';
import { renderTags } from './render.ts';

/**
 * A public key in OpenSSH's form, RSA or ED25519, under a name that is unique in the region. The key's comment becomes the
 * name. Sources: EC2 API Reference, ImportKeyPair; EC2 User Guide, "Create a key pair … import". Fingerprints: the same,
 * "Verify the fingerprint of your key pair": MD5 of the DER form for RSA, SHA-256 for ED25519.
 */
export function importKeyPair(fields: Fields, context: CallContext): XmlStructure {
  const name = required(fields, 'KeyName');
  if (name.length > 255 || !/^[\x20-\x7e]+$/.test(name) || name.trim() !== name) {
    throw invalidParameter(`Value (${name.slice(0, 255)}) for parameter KeyName is invalid.`);
  }
  const material = Buffer.from(required(fields, 'PublicKeyMaterial'), 'base64').toString('utf8').trim();
  const key = readKey(material);
  if (listKeyPairs(context).some((pair) => pair.name === name)) {
    throw new CloudError('InvalidKeyPair.Duplicate', `The keypair already exists`);
  }
  const pair: KeyPair = {
    id: newId('key'),
    owner: context.identity.account,
    name,
    type: key.type,
    fingerprint: key.fingerprint,
    publicKey: `${key.algorithm} ${key.blob.toString('base64')} ${name}`,
    createdAt: context.now,
    tags: specifiedTags(fields, 'key-pair', ['key-pair'], context.cloud.limits.tags),
  };
  context.region.keyPairs.set(pair.id, pair);
  context.region.changed();
  return {
    keyFingerprint: pair.fingerprint,
    keyName: name,
    keyPairId: pair.id,
    tagSet: renderTags(pair.tags),
  };
}

/** Source: EC2 API Reference, DescribeKeyPairs. */
export function describeKeyPairs(fields: Fields, context: CallContext): XmlStructure {
  const names = fields.texts('KeyName');
  const ids = fields.texts('KeyPairId');
  const all = listKeyPairs(context);
  for (const [wanted, has] of [
    [names, (pair: KeyPair) => pair.name],
    [ids, (pair: KeyPair) => pair.id],
  ] as const) {
    const missing = wanted.find((one) => !all.some((pair) => has(pair) === one));
    if (missing !== undefined) throw keyNotFound(missing);
  }
  const passes = readFilters<KeyPair>(fields, {
    'key-name': (pair) => [pair.name],
    'key-pair-id': (pair) => [pair.id],
    fingerprint: (pair) => [pair.fingerprint],
  });
  const shown = all
    .filter((pair) => names.length === 0 || names.includes(pair.name))
    .filter((pair) => ids.length === 0 || ids.includes(pair.id))
    .filter(passes);
  return {
    keySet: shown.map((pair) => ({
      keyPairId: pair.id,
      keyName: pair.name,
      keyType: pair.type,
      keyFingerprint: pair.fingerprint,
      createTime: new Date(pair.createdAt),
      publicKey: fields.flag('IncludePublicKey') === true ? pair.publicKey : undefined,
      tagSet: renderTags(pair.tags),
    })),
  };
}

/** One that is not there is no error. Source: EC2 API Reference, DeleteKeyPair. */
export function deleteKeyPair(fields: Fields, context: CallContext): XmlStructure {
  const name = fields.text('KeyName');
  const id = fields.text('KeyPairId');
  if (name === undefined && id === undefined) {
    throw new CloudError('MissingParameter', 'The request must contain the parameter KeyName or KeyPairId');
  }
  const pair = listKeyPairs(context).find((one) => one.name === name || one.id === id);
  if (pair === undefined) return { return: true };
  context.region.keyPairs.delete(pair.id);
  context.region.changed();
  return { return: true, keyPairId: pair.id };
}

export function findKeyPair(name: string, context: CallContext): KeyPair {
  const found = listKeyPairs(context).find((pair) => pair.name === name);
  if (found === undefined) throw keyNotFound(name);
  return found;
}

function listKeyPairs(context: CallContext): KeyPair[] {
  return [...context.region.keyPairs.values()].filter((pair) => pair.owner === context.identity.account);
}

function keyNotFound(name: string): CloudError {
  return new CloudError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`);
}

interface Key {
  algorithm: string;
  type: KeyPair['type'];
  blob: Buffer;
  fingerprint: string;
}

/** A line of authorized_keys: algorithm, base64, comment (sshd(8)); the blob begins with its algorithm (RFC 4253, 6.6). */
function readKey(line: string): Key {
  const [algorithm = '', text = ''] = line.split(/\s+/);
  const blob = Buffer.from(text, 'base64');
  const [name, ...parts] = readStrings(blob);
  if (name?.toString('latin1') !== algorithm || line.includes('\n')) throw badKey();
  if (algorithm === 'ssh-ed25519' && parts.length === 1 && parts[0]?.length === 32) {
    return { algorithm, type: 'ed25519', blob, fingerprint: digestOf('sha256', blob, 'base64') };
  }
  const [e, n] = parts;
  if (algorithm !== 'ssh-rsa' || parts.length !== 2 || e === undefined || n === undefined) throw badKey();
  try {
    const jwk = { kty: 'RSA', e: unsigned(e), n: unsigned(n) };
    const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
    const hex = digestOf('md5', der, 'hex').match(/../g) ?? [];
    return { algorithm, type: 'rsa', blob, fingerprint: hex.join(':') };
  } catch {
    throw badKey();
  }
}

function digestOf(name: 'sha256' | 'md5', data: Uint8Array, encoding: 'hex' | 'base64'): string {
  return createHash(name).update(data).digest(encoding);
}

function unsigned(number: Buffer): string {
  return (number[0] === 0 ? number.subarray(1) : number).toString('base64url');
}

function readStrings(blob: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length; ) {
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) throw badKey();
    found.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found;
}

function badKey(): CloudError {
  return new CloudError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
}
