import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import {
  type DebSource,
  downloadUris,
  listAptTargets,
  locateRepositories,
  matchRepository,
} from '../../../../scripts/adapters/deb/sources.ts';
import type { DebRepository } from '../../../../scripts/model/types.generated.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const main: DebRepository = {
  id: 'debian-12',
  type: 'deb',
  suites: ['bookworm', 'bookworm-updates'],
  components: ['main'],
  keyring: 'debian-archive-keyring.gpg',
};
const target = (uri: string, suite: string, component = 'main') => ({ uri, suite, component });

test('the address is the one that has every suite and component', () => {
  const targets = [
    target('http://a.example', 'bookworm'),
    target('http://b.example', 'bookworm', 'contrib'),
    target('http://b.example', 'bookworm'),
    target('http://b.example', 'bookworm-updates'),
    target('http://c.example', 'bookworm'),
    target('http://c.example', 'bookworm-updates'),
  ];
  assert.equal(matchRepository(main, targets), 'http://b.example');
  assert.equal(matchRepository({ ...main, components: ['main', 'contrib'] }, targets), undefined);
  assert.equal(matchRepository({ ...main, suites: ['trixie'] }, targets), undefined);
  assert.equal(matchRepository(main, []), undefined);
});

test("this machine's own apt sources can be read, before any update", async () => {
  for (const { uri, suite, component } of await listAptTargets()) {
    assert.doesNotMatch(uri, /\/$|\|/);
    assert.ok(suite !== '' && component !== '');
  }
});

test('configuration wins over apt, with the keyring of the repository or its own', async () => {
  const [source] = await locateRepositories([main], {
    'debian-12': { uri: 'https://mirror.example/debian/' },
  });
  assert.deepEqual(source, {
    repository: main,
    uri: 'https://mirror.example/debian',
    keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
    from: 'configuration',
  });
  const address = { uri: 'file:/srv/debian', keyring: '/etc/keys/own.gpg' };
  const [own] = await locateRepositories([main], { 'debian-12': address });
  assert.deepEqual([own?.uri, own?.keyring], ['file:/srv/debian', '/etc/keys/own.gpg']);
});

test('an id without an address names what is missing and the variable that sets it', async () => {
  const unknown = { ...main, id: 'no-such-distribution', suites: ['no-such-suite'] };
  await assert.rejects(locateRepositories([unknown], {}), {
    code: 'not-found',
    message:
      "repository 'no-such-distribution' has no address: no apt source of this machine has no-such-suite with main; " +
      "set APERIODIC_REPOSITORY_NO_SUCH_DISTRIBUTION or 'repositories' in .aperiodic/config.yaml",
  });
});

test('a mirror list stands for the addresses in its file', async (t) => {
  const folder = await temporaryFolder(t);
  const list = path.join(folder, 'mirrors.list');
  await writeFile(
    list,
    '# a comment\nhttps://a.example/debian/\tpriority:1\n\nhttp://b.example/debian\nftp://c.example\n',
  );
  const source: DebSource = {
    repository: main,
    uri: `mirror+file:${list}`,
    keyring: '/k',
    from: 'apt sources',
  };
  const uris = ['https://a.example/debian/pool/x.deb', 'http://b.example/debian/pool/x.deb'];
  assert.deepEqual(await downloadUris(source, 'pool/x.deb'), uris);
  assert.deepEqual(await downloadUris({ ...source, uri: `mirror+file://${list}` }, 'pool/x.deb'), uris);
  assert.deepEqual(await downloadUris({ ...source, uri: 'file:/srv' }, 'pool/x.deb'), [
    'copy:/srv/pool/x.deb',
  ]);
  await assert.rejects(downloadUris({ ...source, uri: 'mirror+file:/no/such.list' }, 'x'), {
    code: 'not-found',
  });
});
