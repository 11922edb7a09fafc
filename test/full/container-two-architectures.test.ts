/**
 * One container image for two processors: fresh pins of both, both built and tested on this machine (the foreign one by
 * qemu-user), one index in a real registry, one record. A client of others gets the image of the processor it asks for.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
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

test('one release holds a container for amd64 and one for arm64', async (t) => {
  const folder = await temporaryFolder(t);
  const registry = await startRegistry(t, path.join(folder, 'registry'));
  const repository = await createFixtureRepository(path.join(folder, 'repository'));
  const description = await readFile(path.join(toolRoot, 'releases', stream, 'stream.yaml'), 'utf8');
  const targets = await readFile(path.join(repository.root, 'releases/targets.yaml'), 'utf8');
  await repository.write({
    [`releases/${stream}/stream.yaml`]: description.replace(
      'architectures: [amd64]',
      'architectures: [amd64, arm64]',
    ),
    'releases/targets.yaml': `${targets}registries:\n  - id: primary\n`,
  });
  const run = async (...args: string[]) => {
    const env = { APERIODIC_REGISTRY_PRIMARY: `${registry.uri}/images` };
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, lastWords(result.stderr));
    return result.stdout;
  };
  await run('setup', '--foreign', '--yes');
  await run('resolve', stream);
  await repository.commit();
  await run('propose', stream, '--reason', 'Two processors');
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
  assert.deepEqual(
    record.architectures.map(({ architecture }) => architecture),
    ['amd64', 'arm64'],
  );
  const [native, foreign] = record.architectures;
  assert.ok(native?.container !== undefined && foreign?.container !== undefined);
  assert.notEqual(native.container.manifest, foreign.container.manifest);
  assert.ok('qemu-user-static' in foreign.tools && !('qemu-user-static' in native.tools));

  const [image] = record.containers ?? [];
  const name = `docker://${registry.host}/images/${stream}@${image?.digest}`;
  const { stdout } = await exec('skopeo', ['inspect', '--raw', '--tls-verify=false', name]);
  assert.deepEqual(
    JSON.parse(stdout).manifests.map(({ digest, platform }: { digest: string; platform: unknown }) => ({
      digest,
      platform,
    })),
    [
      { digest: native.container.manifest, platform: { architecture: 'amd64', os: 'linux' } },
      { digest: foreign.container.manifest, platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
    ],
  );
  for (const [architecture, wanted] of [
    ['amd64', native],
    ['arm64', foreign],
  ] as const) {
    const copy = path.join(folder, architecture);
    await mkdir(copy);
    const options = ['--insecure-policy', '--override-arch', architecture, 'copy', '--quiet'];
    await exec('skopeo', [...options, '--src-tls-verify=false', name, `dir:${copy}`]);
    const manifest = JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8'));
    assert.equal(manifest.config.digest, wanted.container?.config, architecture);
  }
});
