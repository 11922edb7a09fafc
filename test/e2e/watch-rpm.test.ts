/**
 * A repository of rpms gets a fixed package and says so in its updateinfo: the watch proposes it for exactly the stream that has the
 * package, as the policy wants it. dnf, createrepo_c, signatures and git are real; the package and its flaw are made up.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { madeUpUpdate } from '../support/made-up-updateinfo.ts';
import { createVendor, type RpmFixture } from '../support/rpm-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const [carrier, other] = ['fixture-1/carrier', 'fixture-1/other'] as const;
const about = (stream: string) => `name: Fixture-${stream.slice('fixture-1/'.length)}-1
title: A stream of a test
payload: rpm
kickstart: kickstarts/${stream.slice('fixture-1/'.length)}.ks
repositories: [fixture, fixture-updates]
architectures: [x86_64]
formats: [oci]
limits: { downloadMiB: 400, usedMiB: 1200 }
`;
const kickstart = (name: string) => `url --url=file:///nowhere
bootloader --disabled
rootpw --lock

%packages --nocore --exclude-weakdeps
${name}
%end
`;
test('an update in updateinfo is proposed for the stream that has the package', async (t) => {
  const folder = await temporaryFolder(t);
  const vendor = await createVendor(t);
  const [place, updates] = [path.join(folder, 'repo'), path.join(folder, 'updates')];
  const editor = (version: string): RpmFixture => ({
    name: 'editor',
    version,
    files: { '/usr/bin/editor': `${version}\n` },
  });
  const plain = { name: 'plain', files: { '/usr/bin/plain': 'plain\n' } };
  await vendor.publish(place, { packages: [editor('1.0-1'), plain] });
  await vendor.publish(updates, { packages: [{ name: 'unrelated' }] });
  const repository = await createFixtureRepository(path.join(folder, 'world'), path.join(folder, 'store'));
  const { root } = repository;
  await git(root, 'rm', '-rq', 'releases/debian-12', 'kickstarts/mini.ks');
  await cp(path.join(toolRoot, 'releases/policy.yaml'), path.join(root, 'releases/policy.yaml'));
  await repository.write({
    'releases/repositories.yaml': [
      'repositories:',
      ...['fixture', 'fixture-updates'].map((id) => `  - { id: ${id}, type: rpm, keyring: fixture.asc }`),
      '',
    ].join('\n'),
    'releases/targets.yaml': 'mirrors:\n  - { id: primary, keep: 3 }\n',
    'kickstarts/carrier.ks': kickstart('editor'),
    'kickstarts/other.ks': kickstart('plain'),
    [`releases/${carrier}/stream.yaml`]: about(carrier),
    [`releases/${other}/stream.yaml`]: about(other),
  });
  await mkdir(path.join(folder, 'settings'));
  const settings = path.join(folder, 'settings/config.yaml');
  await writeFile(
    settings,
    [
      'repositories:',
      `  fixture: { uri: 'file://${place}', keyring: '${vendor.keyring}' }`,
      `  fixture-updates: { uri: 'file://${updates}', keyring: '${vendor.keyring}' }`,
      '',
    ].join('\n'),
  );
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env: { APERIODIC_CONFIG: settings } });
    assert.equal(result.code, 0, `${args.join(' ')}\n${lastWords(result.stderr)}`);
    return result.stdout;
  };
  for (const stream of [carrier, other]) await run('resolve', stream);
  await repository.commit();
  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', root, origin);
  await git(root, 'remote', 'add', 'origin', origin);
  await git(root, 'fetch', '-q', 'origin');

  await vendor.publish(updates, { packages: [editor('1.1-1')], updates: madeUpUpdate('editor', '1.1-1') });
  const file = path.join(folder, 'verdicts.json');
  const { proposals } = JSON.parse(await run('watch', '--json', '--verdicts', file));
  assert.deepEqual(
    proposals.map(({ streams, action }: { streams: string[]; action: string }) => `${streams} ${action}`),
    [`${carrier} opened`, `${other} none`],
  );
  const { verdicts } = assertValid('Verdicts', JSON.parse(await readFile(file, 'utf8')));
  const [verdict, ...more] = verdicts;
  assert.ok(verdict !== undefined && more.length === 0);
  assert.deepEqual([verdict.advisory, verdict.rule], ['MADE-UP-2026:1', 'exposed-automatable-total']);
  const branch = `aperiodic/next/${carrier}`;
  const names = (await git(origin, 'ls-tree', '-r', '--name-only', branch, `releases/${carrier}`)).split(
    '\n',
  );
  const asked = names.find((name) => /\d\.yaml$/.test(name)) ?? '';
  const release = parseYaml('Release', `${await git(origin, 'show', `${branch}:${asked}`)}\n`, asked);
  const [fix] = release.fixes ?? [];
  assert.deepEqual(
    [fix?.packages, fix?.cves, fix?.due],
    [
      [{ name: 'editor', architecture: 'x86_64', from: '1.0-1', to: '1.1-1' }],
      ['CVE-2026-99999'],
      verdict.due,
    ],
  );
  const again = JSON.parse(await run('watch', '--json'));
  assert.deepEqual(
    again.proposals.map(({ action }: { action: string }) => action),
    ['unchanged', 'none'],
  );
});
