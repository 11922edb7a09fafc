import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { exec } from '../../../scripts/adapters/host/exec.ts';
import { makeSeed, renderMetaData, renderUserData, type Seed } from '../../../scripts/adapters/qemu/seed.ts';
import { temporaryFolder } from './temporary-folder.ts';

const seed: Seed = {
  instanceId: 'iid-test',
  hostname: 'guest: "x"',
  publicKey: 'ssh-ed25519 AAAA comment\n',
};

test('the data is YAML, whatever is in the values', () => {
  assert.deepEqual(load(renderMetaData(seed)), { 'instance-id': 'iid-test', 'local-hostname': 'guest: "x"' });
  const userData = renderUserData(seed);
  assert.match(userData, /^#cloud-config\n/);
  assert.deepEqual(load(userData), {
    ssh_authorized_keys: ['ssh-ed25519 AAAA comment'],
    ssh_genkeytypes: ['ed25519'],
  });
});

test('more keys of cloud-config go besides', () => {
  const text = renderUserData({ ...seed, userData: { runcmd: [['echo', 'a: b']], fs_setup: [] } });
  assert.deepEqual(load(text), {
    ssh_authorized_keys: ['ssh-ed25519 AAAA comment'],
    ssh_genkeytypes: ['ed25519'],
    runcmd: [['echo', 'a: b']],
    fs_setup: [],
  });
});

test('the volume is labelled for NoCloud and holds both files', async () => {
  const image = await makeSeed(await temporaryFolder(), seed);
  const read = async (name: string) => (await exec('mtype', ['-i', image, `::${name}`])).stdout;
  assert.equal(await read('meta-data'), renderMetaData(seed));
  assert.equal(await read('user-data'), renderUserData(seed));
  assert.match((await exec('mlabel', ['-s', '-i', image, '::'])).stdout, /Volume label is CIDATA/);
});
