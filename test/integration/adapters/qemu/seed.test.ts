import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { makeSeed, renderMetaData, type Seed } from '../../../../scripts/adapters/qemu/seed.ts';
import { renderQaUserData } from '../../../../scripts/model/qa/user-data.ts';
import { temporaryFolder } from '../../../adapters/qemu/temporary-folder.ts';

const seed: Seed = {
  instanceId: 'iid-test',
  hostname: 'guest: "x"',
  publicKey: 'ssh-ed25519 AAAA comment\n',
};

test('the data is YAML, whatever is in the values', () => {
  assert.deepEqual(load(renderMetaData(seed)), { 'instance-id': 'iid-test', 'local-hostname': 'guest: "x"' });
});

test('the volume is labelled for NoCloud and holds both files', async () => {
  const image = await makeSeed(await temporaryFolder(), seed);
  const read = async (name: string) => (await exec('mtype', ['-i', image, `::${name}`])).stdout;
  assert.equal(await read('meta-data'), renderMetaData(seed));
  assert.equal(await read('user-data'), renderQaUserData(seed));
  assert.match((await exec('mlabel', ['-s', '-i', image, '::'])).stdout, /Volume label is CIDATA/);
});

test('user data that is given takes the place of that of the checks', async () => {
  const userData = '#cloud-config\n{}\n';
  const image = await makeSeed(await temporaryFolder(), { ...seed, userData });
  assert.equal((await exec('mtype', ['-i', image, '::user-data'])).stdout, userData);
});
