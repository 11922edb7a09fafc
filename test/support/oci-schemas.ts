/** The JSON schemas of the OCI image specification, from Debian's package of it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import draft4 from 'ajv-draft-04';

const folder = '/usr/share/gocode/src/github.com/opencontainers/image-spec/schema';
const parts = ['defs.json', 'defs-descriptor.json', 'content-descriptor.json'];
const kinds = {
  config: 'config-schema.json',
  index: 'image-index-schema.json',
  layout: 'image-layout-schema.json',
  manifest: 'image-manifest-schema.json',
};

async function readSchema(name: string): Promise<object> {
  // They name each other by file, and themselves by addresses: with those, no file would be found.
  const drop = (key: string, value: unknown) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value;
  return JSON.parse(await readFile(path.join(folder, name), 'utf8'), drop);
}

/** @throws AssertionError with what is wrong */
export async function assertOci(kind: keyof typeof kinds, text: string): Promise<void> {
  const ajv = new draft4.default({ strict: false, validateFormats: false });
  for (const part of parts) ajv.addSchema(await readSchema(part), part);
  const validate = ajv.compile(await readSchema(kinds[kind]));
  assert.ok(validate(JSON.parse(text)), `${kind}: ${ajv.errorsText(validate.errors)}`);
}
