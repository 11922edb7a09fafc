/** apt's private state, with the real apt on a repository in a folder. */
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareAptState, updateAptState } from '../../../../scripts/adapters/deb/apt-state.ts';
import type { DebSource } from '../../../../scripts/adapters/deb/sources.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { makeDeb, writeIndex } from '../../../support/deb-repository.ts';
import { freePort } from '../../../support/rsync-daemon.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function setUp(t: TestContext, name = 'cache') {
  const folder = await temporaryFolder(t);
  const keyring = path.join(folder, 'keyring.gpg');
  await writeFile(keyring, '');
  const source = (uri: string): DebSource => ({
    repository: {
      id: 'test',
      type: 'deb',
      suites: ['stable', 'stable-updates'],
      components: ['main', 'extra'],
      keyring: 'k',
    },
    uri,
    keyring,
    from: 'configuration',
  });
  return { folder, keyring, source, cache: path.join(folder, name) };
}

test('sources, keyring and architecture are written out, and the folder is the same again', async (t) => {
  const { keyring, source, cache } = await setUp(t);
  const state = await prepareAptState(cache, [source('https://mirror.example/debian')], 'amd64');
  assert.equal(
    await readFile(path.join(state.folder, 'sources.list'), 'utf8'),
    `deb [signed-by=${keyring} arch=amd64] https://mirror.example/debian stable main extra\n` +
      `deb [signed-by=${keyring} arch=amd64] https://mirror.example/debian stable-updates main extra\n`,
  );
  assert.equal(await readFile(path.join(state.folder, 'status'), 'utf8'), '');
  const again = await prepareAptState(cache, [source('https://mirror.example/debian')], 'amd64');
  assert.equal(again.folder, state.folder);
  const others = [
    await prepareAptState(cache, [source('https://other.example/debian')], 'amd64'),
    await prepareAptState(cache, [source('https://mirror.example/debian')], 'arm64'),
  ];
  for (const other of others) assert.notEqual(other.folder, state.folder);
});

test('apt uses that state alone, whatever the folder is called', async (t) => {
  const { source, cache } = await setUp(t, "a b'c {d}; # e");
  const state = await prepareAptState(cache, [source('https://mirror.example/debian')], 'amd64');
  const { stdout } = await exec('apt-config', ['dump'], { env: state.env });
  const value = (key: string) => new RegExp(`^${key} "(.*)";$`, 'mi').exec(stdout)?.[1];
  assert.equal(value('Dir::State::Lists'), path.join(state.folder, 'lists'));
  assert.equal(value('Dir::Etc::SourceList'), path.join(state.folder, 'sources.list'));
  assert.equal(value('Dir::State::status'), path.join(state.folder, 'status'));
  const targets = await exec('apt-get', ['indextargets', '--no-release-info', '--format', '$(REPO_URI)'], {
    env: state.env,
  });
  assert.deepEqual([...new Set(targets.stdout.trim().split('\n'))], ['https://mirror.example/debian/']);
});

test('a folder or address that would end a string or begin another setting is refused', async (t) => {
  const { folder, source } = await setUp(t);
  for (const name of ['a"; APT::Update::Pre-Invoke {"touch x";}; "', 'a\nb']) {
    await assert.rejects(prepareAptState(path.join(folder, name), [source('https://m.example')], 'amd64'), {
      code: 'invalid',
    });
  }
  for (const uri of [
    'https://m.example/a b',
    'https://m.example/\ndeb http://evil.example',
    'https://m.example/[trusted=yes]',
  ]) {
    await assert.rejects(
      prepareAptState(path.join(folder, 'c'), [source(uri)], 'amd64'),
      { code: 'invalid' },
      uri,
    );
  }
  const spaced = { ...source('https://m.example'), keyring: path.join(folder, 'a b.gpg') };
  await writeFile(spaced.keyring, '');
  await assert.rejects(prepareAptState(path.join(folder, 'c'), [spaced], 'amd64'), { code: 'invalid' });
});

test('a keyring that is not there is named', async (t) => {
  const { source, cache } = await setUp(t);
  const missing = { ...source('https://m.example'), keyring: '/no/such/keyring.gpg' };
  await assert.rejects(prepareAptState(cache, [missing], 'amd64'), {
    code: 'not-found',
    message: /the keyring \/no\/such\/keyring\.gpg of repository 'test' is missing/,
  });
});

test('a repository without a signature is refused, and nothing of it is believed', async (t) => {
  const { folder, source, cache } = await setUp(t);
  const place = path.join(folder, 'repository');
  await mkdir(place);
  const pin = await makeDeb(place, 'one');
  for (const suite of ['stable', 'stable-updates']) await writeIndex(place, suite, [pin]);
  const state = await prepareAptState(cache, [source(`file:${place}`)], 'amd64');
  await assert.rejects(updateAptState(state), (error: { code: string; message: string; detail: string }) => {
    assert.equal(error.code, 'invalid');
    assert.match(error.message, /not signed by its keyring/);
    assert.match(error.detail, /is not signed/);
    return true;
  });
  const { stdout } = await exec('apt-cache', ['policy', 'one'], { env: state.env });
  assert.doesNotMatch(stdout, /Candidate: 1/);
});

test('a server that is away is unreachable', async (t) => {
  const { source, cache } = await setUp(t);
  const state = await prepareAptState(
    cache,
    [source(`http://127.0.0.1:${await freePort()}/debian`)],
    'amd64',
  );
  await assert.rejects(updateAptState(state), { code: 'unreachable' });
  assert.ok((await stat(state.folder)).isDirectory());
});
