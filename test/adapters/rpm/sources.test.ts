import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPin } from '../../../scripts/adapters/rpm/solve.ts';
import { fillVariables, locateRpmRepositories } from '../../../scripts/adapters/rpm/sources.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { base } from './world.ts';

const armored = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n';

test('variables of an address are filled in, and unknown ones are named', () => {
  const fill = (uri: string, releasever?: string) =>
    fillVariables(uri, { id: 'x', ...(releasever === undefined ? {} : { releasever }) }, 'x86_64');
  assert.equal(
    fill('https://m.example/$releasever/${basearch}/$arch/', '44'),
    'https://m.example/44/x86_64/x86_64',
  );
  assert.throws(() => fill('https://m.example/$releasever'), {
    code: 'invalid',
    message: /\$releasever, which has no value: set 'releasever' of the repository/,
  });
  assert.throws(() => fill('https://m.example/$constructor', '1'), { code: 'invalid' });
  assert.throws(() => fill('copy:/srv', '1'), { code: 'invalid' });
});

test('configuration wins over the kickstart, whose cost and filters hold', async (t) => {
  const folder = await temporaryFolder(t);
  const keyring = path.join(folder, 'key');
  await writeFile(keyring, armored);
  const requested = [
    {
      repository: 'base',
      kind: 'metalink' as const,
      uri: 'https://k.example/',
      cost: 5,
      excludePackages: ['a*'],
    },
  ];
  const repositories = [{ ...base, excludePackages: ['b'], includePackages: ['c'] }];
  const [source] = await locateRpmRepositories(
    repositories,
    { base: { uri: 'file:///srv/repo/', keyring } },
    requested,
    'x86_64',
  );
  assert.deepEqual(source, {
    repository: 'base',
    kind: 'baseurl',
    uri: 'file:///srv/repo',
    keyring,
    keys: armored,
    signedMetadata: true,
    cost: 5,
    includePackages: ['c'],
    excludePackages: ['b', 'a*'],
  });
  await assert.rejects(locateRpmRepositories(repositories, {}, [], 'x86_64'), {
    code: 'not-found',
    message: /^repository 'base' has no address: set APERIODIC_REPOSITORY_BASE or 'repositories' in/,
  });
  await writeFile(keyring, 'binary');
  await assert.rejects(
    locateRpmRepositories(repositories, { base: { uri: 'file:///x', keyring } }, [], 'x86_64'),
    { code: 'invalid', message: /holds no armored keys/ },
  );
  await assert.rejects(locateRpmRepositories(repositories, {}, requested, 'x86_64'), {
    code: 'not-found',
    message: /^the keyring \/usr\/share\/keyrings\/fixture\.asc of repository 'base' is missing/,
  });
});

const described = {
  name: 'a',
  epoch: 0,
  version: '1',
  release: '1',
  architecture: 'noarch',
  size: 5,
  checksumType: 'sha256',
  checksum: 'ab'.repeat(32),
  repository: 'base',
  path: './Packages/a-1-1.noarch.rpm',
  base: '',
};

test('what a repository says of a package becomes a pin or an error, whatever it is', () => {
  assert.equal(readPin(described).path, 'Packages/a-1-1.noarch.rpm');
  assert.equal(readPin({ ...described, epoch: 2 }).version, '2:1-1');
  for (const wrong of [
    { path: '../../etc/passwd' },
    { path: '/etc/passwd' },
    { path: 'a/../../b.rpm' },
    { base: 'https://elsewhere.example/' },
    { checksumType: 'sha1' },
    { name: '--root=/' },
    { size: -1 },
    { checksum: 'x' },
  ])
    assert.throws(() => readPin({ ...described, ...wrong }), { code: 'invalid' }, JSON.stringify(wrong));
  const key = fc.constantFrom(...Object.keys(described));
  fc.assert(
    fc.property(key, fc.jsonValue(), (name, value) => {
      try {
        const { path: place } = readPin({ ...described, [name]: value });
        assert.doesNotMatch(place, /^\/|\.\./);
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'invalid');
      }
    }),
  );
});
