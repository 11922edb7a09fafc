/**
 * From a fixed package and an advisory to users who know: the watch proposes for exactly the stream that carries the package, with
 * the policy's verdict; a person merges; the release is made, recorded and told by mail, feeds and CSAF. Packages, apt, git, SMTP
 * and the registry are real. The advisory is made up, and so is the fault that it speaks of.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml, renderYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { startRegistry } from '../support/container-registry.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { pinOlder } from '../support/other-pin.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const carrier = 'debian-12/container-base';
const other = 'debian-12/container-plain';
const pinsFile = `releases/${carrier}/pins.amd64.yaml`;
const list = 'announce@users.example';

test('a fixed package and its advisory become a release that users hear of', async (t) => {
  const folder = await temporaryFolder(t);
  const registry = await startRegistry(t, path.join(folder, 'registry'));
  const { received, port } = await startSmtpServer(t);
  const feed = path.join(folder, 'osv');
  await mkdir(feed);
  const repository = await createFixtureRepository(path.join(folder, 'repository'));
  const { root } = repository;
  const env = {
    APERIODIC_REGISTRY_PRIMARY: `${registry.uri}/images`,
    APERIODIC_FEED_MADE_UP: feed,
    APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${port}`,
  };
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, `${args.join(' ')}\n${lastWords(result.stderr)}`);
    return result.stdout;
  };

  // Main before: the package in the version that Debian had before, in one of two streams.
  await git(root, 'rm', '-rq', 'releases/debian-12', 'kickstarts/mini.ks');
  const own = await readFile(path.join(toolRoot, 'kickstarts/debian-container-base.ks'), 'utf8');
  const streamOf = async (name: string) => {
    const text = await readFile(path.join(toolRoot, `releases/${carrier}/stream.yaml`), 'utf8');
    return text.replaceAll('Container-Base', name);
  };
  const targets = parseYaml(
    'Targets',
    await readFile(path.join(root, 'releases/targets.yaml'), 'utf8'),
    'targets.yaml',
  );
  const { aws: _, ...places } = targets;
  const notices = {
    prefix: 'MADEUP',
    publisher: { name: 'Made-up images', namespace: 'https://images.example' },
    from: { address: 'images@images.example' },
    to: [list],
    site: 'https://images.example',
  };
  await cp(path.join(toolRoot, 'releases/policy.yaml'), path.join(root, 'releases/policy.yaml'));
  await repository.write({
    'kickstarts/plain.ks': own.replace('\ntzdata\n', '\n'),
    [`releases/${carrier}/stream.yaml`]: await streamOf('Container-Base'),
    [`releases/${other}/stream.yaml`]: (await streamOf('Container-Plain')).replace(
      'kickstarts/debian-container-base.ks',
      'kickstarts/plain.ks',
    ),
    'releases/targets.yaml': renderYaml({ ...places, registries: [{ id: 'primary' }], notices }),
    'releases/advisories.yaml': renderYaml({
      feeds: [
        { id: 'made-up', kind: 'osv', serves: [{ distribution: 'debian-12', ecosystem: 'Debian:12' }] },
      ],
    }),
  });
  for (const stream of [carrier, other]) await run('resolve', stream);
  const old = await pinOlder(await readFile(path.join(root, pinsFile), 'utf8'), path.join(folder, 'apt'));
  await writeFile(path.join(root, pinsFile), old.text);
  await repository.commit();
  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', root, origin);
  await git(root, 'remote', 'add', 'origin', origin);
  await git(root, 'fetch', '-q', 'origin');

  // An advisory about what main has, fixed by what Debian has today.
  const advisory = {
    schema_version: '1.7.0',
    id: 'MADE-UP-2026-1',
    summary: 'A made-up flaw of a test <b>in bold</b>',
    modified: '2026-01-02T00:00:00Z',
    published: '2026-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: old.name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: old.from }] }],
      },
    ],
  };
  await writeFile(path.join(feed, 'MADE-UP-2026-1.json'), JSON.stringify(advisory));
  const verdictsFile = path.join(folder, 'verdicts.json');
  const seen = JSON.parse(await run('watch', '--json', '--verdicts', verdictsFile));
  const proposed = seen.proposals.filter(({ action }: { action: string }) => action === 'opened');
  assert.deepEqual(
    proposed.map(({ streams }: { streams: string[] }) => streams),
    [[carrier]],
    'for exactly the stream that carries the package',
  );
  const { verdicts } = assertValid('Verdicts', JSON.parse(await readFile(verdictsFile, 'utf8')));
  assert.deepEqual(
    verdicts.map((one) => [one.stream, one.advisory, one.rule]),
    [[carrier, 'MADE-UP-2026-1', 'important']],
  );
  const branch = `aperiodic/next/${carrier}`;
  const head = await git(origin, 'rev-parse', branch);
  await run('watch');
  assert.equal(await git(origin, 'rev-parse', branch), head, 'quiet when nothing changed');

  // A person merges it.
  await git(root, 'fetch', '-q', 'origin');
  await git(root, 'merge', '-q', '--ff-only', `origin/${branch}`);
  await git(root, 'push', '-q', 'origin', 'HEAD:main');
  await run('release', carrier);

  const names = (await git(origin, 'ls-tree', '-r', '--name-only', 'main', `releases/${carrier}`)).split(
    '\n',
  );
  const file = names.find((name) => name.endsWith('.published.yaml')) ?? '';
  const record = assertValid(
    'PublishedRecord',
    parseYaml('PublishedRecord', `${await git(origin, 'show', `main:${file}`)}\n`, file),
  );
  const [notice, ...more] = record.notices ?? [];
  assert.ok(notice?.sentAt !== undefined && more.length === 0, 'recorded as told');
  assert.equal(received.length, 1);
  assert.deepEqual(received[0]?.to, [list]);
  const mail = await simpleParser(received[0]?.raw ?? '');
  assert.equal(mail.messageId, notice.messageId);
  for (const words of [
    'MADE-UP-2026-1',
    `${old.to} -> ${old.from}`,
    record.containers?.[0]?.digest ?? 'no digest',
  ])
    assert.ok(mail.text?.replaceAll(/\s+/g, ' ').includes(words), `${words}\n${mail.text}`);
  const shown = path.join(repository.mirror, carrier, 'notices');
  const files = await readdir(shown, { recursive: true });
  const read = async (end: string) => {
    const found = files.find((name) => name.endsWith(end));
    assert.ok(found !== undefined, `${end}\n${files.join('\n')}`);
    return await readFile(path.join(shown, found), 'utf8');
  };
  for (const end of ['.atom', 'feed.json']) assert.match(await read(end), /MADE-UP-2026-1/, end);
  const csaf = JSON.parse(await read(`${notice.id.toLowerCase().replaceAll(/[^+\-a-z0-9]+/g, '_')}.json`));
  assert.equal(csaf.document.tracking.id, notice.id);
  assert.doesNotMatch(await read('.atom'), /<b>in bold/, 'markup of a feed is text');

  const exposure = JSON.parse(await run('exposure', carrier, '--json'));
  assert.match(JSON.stringify(exposure), /MADE-UP-2026-1/);
  await run('release', carrier);
  assert.equal(received.length, 1, 'told once');
  await run('watch');
  const left = await git(origin, 'branch', '--list', 'aperiodic/next/*');
  assert.equal(left, '', 'main has caught up');
});
