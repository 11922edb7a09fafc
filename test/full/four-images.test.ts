/**
 * The four images of Debian in one run of `aperiodic release`: fresh pins, builds, boots (or a runtime), a launch of each AMI,
 * a mirror and a registry, records, pointers. And the streams of Fedora, which nobody has run, stay as they are.
 */
import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { startRegistry } from '../support/container-registry.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const images = ['big-data', 'cloud-base', 'container-base', 'docker-host'];
const streams = images.map((image) => `debian-12/${image}`);
const disks = streams.filter((stream) => stream !== 'debian-12/container-base');

test('the four images of Debian are released in one run', async (t) => {
  const folder = await temporaryFolder(t);
  const registry = await startRegistry(t, path.join(folder, 'registry'));
  const repository = await createFixtureRepository(path.join(folder, 'repository'));
  const releases = path.join(repository.root, 'releases');
  await git(repository.root, 'rm', '-rq', 'releases/debian-12');
  for (const distribution of ['debian-12', 'fedora-43'])
    await cp(path.join(toolRoot, 'releases', distribution), path.join(releases, distribution), {
      recursive: true,
    });
  const targets = await readFile(path.join(releases, 'targets.yaml'), 'utf8');
  await repository.write({ 'releases/targets.yaml': `${targets}registries:\n  - id: primary\n` });
  const { aws } = parseYaml('Targets', targets, 'releases/targets.yaml');
  const regions = aws?.regions.map(({ id }) => id) ?? [];
  const cloud = await startLocalCloud({ folder: path.join(folder, 'cloud'), regions });
  t.after(() => cloud.stop());

  const env = {
    APERIODIC_REGISTRY_PRIMARY: `${registry.uri}/images`,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: DEFAULT_IDENTITY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DEFAULT_IDENTITY.secretAccessKey,
  };
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, lastWords(result.stderr));
    return result.stdout;
  };
  for (const stream of streams) await run('resolve', stream);
  await repository.commit();
  for (const stream of streams) await run('propose', stream, '--reason', 'The first of its kind');
  await repository.commit();
  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', repository.root, origin);
  await git(repository.root, 'remote', 'add', 'origin', origin);
  await git(repository.root, 'fetch', '-q', 'origin');
  await run('release');

  const written = (await git(origin, 'ls-tree', '-r', '--name-only', 'main', 'releases'))
    .split('\n')
    .filter((name) => name.endsWith('.published.yaml'));
  assert.deepEqual(
    written.map((name) => name.split('/').slice(1, 3).join('/')),
    streams,
    'one record of each, none of Fedora',
  );
  for (const file of written) {
    const text = await git(origin, 'show', `main:${file}`);
    const record = assertValid('PublishedRecord', parseYaml('PublishedRecord', `${text}\n`, file));
    const [part, ...others] = record.architectures;
    assert.ok(part !== undefined && others.length === 0, record.stream);
    assert.deepEqual(
      [...part.qa.results, ...(part.launch?.results ?? [])].filter(({ result }) => result !== 'passed'),
      [],
      record.stream,
    );
    const isDisk = disks.includes(record.stream);
    assert.deepEqual(
      (record.images ?? []).map(({ region, state }) => `${region} ${state}`).sort(),
      isDisk ? regions.map((region) => `${region} public`).sort() : [],
      record.stream,
    );
    assert.equal(part.launch !== undefined, isDisk, record.stream);
    assert.equal(record.containers?.length ?? 0, isDisk ? 0 : 1, record.stream);
    assert.equal(record.mirrors.length, 1, record.stream);
  }

  const state = async () => [
    cloud.log().filter(({ access }) => access === 'write').length,
    registry.writes().length,
    await git(origin, 'rev-parse', 'main'),
  ];
  const before = await state();
  await run('release');
  assert.deepEqual(await state(), before, 'a second time there is nothing to do');
});
