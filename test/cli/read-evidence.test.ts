import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readEvidence } from '../../scripts/cli/read-evidence.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { pins, sha } from '../model/repository-fixture.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const job = {
  stream: 'a-1/b',
  name: 'A',
  version: '20261122.0',
  content: sha('c'),
  commit: 'd'.repeat(40),
  architecture: 'amd64',
  payload: 'deb',
  formats: ['qcow2'],
  limits: { downloadMiB: 1, usedMiB: 1 },
  kickstart: [],
  pins: pins(),
  targets: { mirrors: [] },
};
const file = { sha256: sha('1'), size: 1, uri: 'x' };
const built = assertValid('Built', {
  job,
  raw: file,
  artifacts: [{ name: 'a', format: 'qcow2', file }],
  tools: {},
});
const qa = assertValid('QaReport', { accelerator: 'tcg', boots: 1, results: [] });

async function folderOf(folder: string, files: Record<string, unknown>): Promise<string> {
  for (const [name, value] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  }
  return folder;
}

describe('what stages left behind', () => {
  it('is found at any depth, with reports of tests that failed', async (t) => {
    const log = 'logs/a-1/b/20261122.0/qa-amd64/qa.json';
    const folder = await folderOf(await temporaryFolder(t), {
      'x/y/built.amd64.json': built,
      [log]: qa,
      'z.json': '{',
    });
    const found = await readEvidence(folder);
    assert.deepEqual([...found.built], [['a-1/b amd64', built]]);
    assert.deepEqual([...found.qa], [['a-1/b amd64', qa]]);
  });

  it('counts by the value of qa before its log', async (t) => {
    const folder = await folderOf(await temporaryFolder(t), {
      'a-1/b/20261122.0/qa-amd64/qa.json': { ...qa, boots: 9 },
      'tested.json': { built, qa },
    });
    assert.equal((await readEvidence(folder)).qa.get('a-1/b amd64')?.boots, 1);
  });

  it('is nothing without a folder, and an error where a value is not one', async (t) => {
    assert.equal((await readEvidence(undefined)).built.size, 0);
    const folder = await folderOf(await temporaryFolder(t), { 'built.json': { ...built, evil: 1 } });
    await assert.rejects(readEvidence(folder), /'evil' is not a known key/);
    assert.equal((await readEvidence(path.join(folder, 'none'))).built.size, 0);
  });

  it('never comes through a link', async (t) => {
    const outside = await folderOf(await temporaryFolder(t), { 'built.json': built });
    const folder = await temporaryFolder(t);
    await symlink(path.join(outside, 'built.json'), path.join(folder, 'built.json'));
    await symlink(outside, path.join(folder, 'more'));
    assert.equal((await readEvidence(folder)).built.size, 0);
  });
});
