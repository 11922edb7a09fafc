/**
 * A container image for real: fresh pins, a build, tests in runc, a mirror and a real registry, its record, its tags. Then
 * a client of others pulls it by the digest that the record holds.
 */
import assert from 'node:assert/strict';
import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { startRegistry } from '../support/container-registry.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'debian-12/container-base';

test('a container is released, recorded, tagged, and pulled by its digest', async (t) => {
  const folder = await temporaryFolder(t);
  const registry = await startRegistry(t, path.join(folder, 'registry'));
  const repository = await createFixtureRepository(path.join(folder, 'repository'));
  const releases = path.join(repository.root, 'releases');
  await cp(
    path.join(toolRoot, 'releases', stream, 'stream.yaml'),
    path.join(releases, stream, 'stream.yaml'),
  );
  const targets = await readFile(path.join(releases, 'targets.yaml'), 'utf8');
  const registries = 'registries:\n  - id: primary\n';
  await repository.write({ 'releases/targets.yaml': `${targets}${registries}` });
  const run = async (...args: string[]) => {
    const env = { APERIODIC_REGISTRY_PRIMARY: `${registry.uri}/images` };
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, lastWords(result.stderr));
    return result.stdout;
  };
  await run('resolve', stream);
  await repository.commit();
  await run('propose', stream, '--reason', 'The first container');
  await repository.commit();
  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', repository.root, origin);
  await git(repository.root, 'remote', 'add', 'origin', origin);
  await git(repository.root, 'fetch', '-q', 'origin');
  await run('release', stream);

  const tree = (await git(origin, 'ls-tree', '-r', '--name-only', 'main', `releases/${stream}`)).split('\n');
  const file = tree.find((name) => name.endsWith('.published.yaml')) ?? '';
  const text = await git(origin, 'show', `main:${file}`);
  const record = assertValid('PublishedRecord', parseYaml('PublishedRecord', `${text}\n`, file));
  const [image, ...others] = record.containers ?? [];
  assert.ok(image !== undefined && others.length === 0);
  assert.deepEqual([image.registry, image.repository], ['primary', stream]);
  assert.deepEqual(record.architectures[0]?.artifacts.map(({ format }) => format).sort(), [
    'docker-archive',
    'oci',
  ]);

  const name = `docker://${registry.host}/images/${stream}`;
  for (const reference of [`@${image.digest}`, `:${record.version}`, ':latest']) {
    const { stdout } = await exec('skopeo', [
      'inspect',
      '--raw',
      '--tls-verify=false',
      `${name}${reference}`,
    ]);
    const [entry] = JSON.parse(stdout).manifests;
    assert.equal(entry.digest, record.architectures[0]?.container?.manifest, reference);
  }
  const signed = `lookaside/primary/images/${stream}@${image.digest.replace(':', '=')}`;
  assert.deepEqual(await readdir(path.join(repository.mirror, signed)), ['signature-1', 'signature-2']);
  const copy = path.join(folder, 'copy');
  const options = ['--insecure-policy', 'copy', '--quiet', '--src-tls-verify=false'];
  await exec('skopeo', [...options, `${name}@${image.digest}`, `dir:${copy}`]);
  const manifest = JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8'));
  assert.equal(manifest.config.digest, record.architectures[0]?.container?.config);

  const before = [registry.writes().length, await git(origin, 'rev-parse', 'main')];
  await run('release', stream);
  assert.deepEqual(
    [registry.writes().length, await git(origin, 'rev-parse', 'main')],
    before,
    'nothing is written twice',
  );
});
