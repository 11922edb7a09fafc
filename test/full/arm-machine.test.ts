/**
 * A disk for 64-bit ARM, from fresh pins of Debian to an AMI: built by qemu-user (twice, the same bytes), booted on an emulated
 * ARM machine with UEFI and tested there, launched by a local cloud as an instance of a type for ARM, recorded.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { countChecks, imageChecks } from '../../scripts/model/qa/checks.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'debian-12/cloud-base';
const region = 'eu-central-1';
const arm = { payload: 'deb', architecture: 'arm64' } as const;

const targets = `mirrors:
  - { id: primary, keep: 3 }
aws:
  home: ${region}
  regions: [{ id: ${region} }]
  pointers: /aperiodic
  launch: { allowFrom: 192.0.2.0/24 }
`;

test('an ARM machine of Debian is built, booted, launched and recorded', async (t) => {
  const folder = await temporaryFolder(t);
  const cloud = await startLocalCloud({ folder: path.join(folder, 'cloud'), regions: [region] });
  t.after(() => cloud.stop());
  const world = path.join(folder, 'world');
  await mkdir(world);
  const repository = await createFixtureRepository(world);
  const description = await readFile(path.join(toolRoot, 'releases', stream, 'stream.yaml'), 'utf8');
  await repository.write({
    'releases/targets.yaml': targets,
    [`releases/${stream}/stream.yaml`]: `${description.replace('[amd64]', '[arm64]')}kickstarts:
  arm64: kickstarts/debian-cloud-base-arm64.ks
`,
  });
  const settings = path.join(folder, 'config.yaml');
  await writeFile(settings, `aws: { endpoint: '${cloud.endpoint}' }\n`);
  const env = {
    APERIODIC_CONFIG: settings,
    AWS_ACCESS_KEY_ID: DEFAULT_IDENTITY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DEFAULT_IDENTITY.secretAccessKey,
  };
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, lastWords(result.stderr));
    return result.stdout;
  };
  await run('setup', '--foreign', '--yes');
  await run('resolve', stream);
  await repository.commit();
  await run('propose', stream, '--reason', 'The first for ARM');
  await repository.commit();
  const fetched = path.join(folder, 'fetched.json');
  await run('fetch', stream, '--output', fetched);
  const built = path.join(folder, 'built.json');
  await run('build', fetched, '--output', built);

  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', repository.root, origin);
  await git(repository.root, 'remote', 'add', 'origin', origin);
  await git(repository.root, 'fetch', '-q', 'origin');
  await run('release', stream);
  const tree = (await git(origin, 'ls-tree', '-r', '--name-only', 'main', `releases/${stream}`)).split('\n');
  const file = tree.find((name) => name.endsWith('.published.yaml')) ?? '';
  const text = await git(origin, 'show', `main:${file}`);
  const record = assertValid('PublishedRecord', parseYaml('PublishedRecord', `${text}\n`, file));
  const [part] = record.architectures;
  assert.equal(part?.architecture, 'arm64');
  const { raw } = assertValid('Built', JSON.parse(await readFile(built, 'utf8')));
  assert.equal(part.raw.sha256, raw.sha256, 'two builds give the same bytes');
  assert.deepEqual(
    part.qa.results.filter(({ result }) => result !== 'passed'),
    [],
  );
  assert.equal(part.qa.results.length, imageChecks.length + countChecks('uefi', arm));
  assert.equal(part.launch?.instanceType, 't4g.small');
  assert.equal(part.launch.results.length, countChecks('ec2', arm));
  assert.deepEqual(
    record.images?.map((image) => `${image.region} ${image.architecture} ${image.state}`),
    [`${region} arm64 public`],
  );
});
