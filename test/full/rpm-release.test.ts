/**
 * A distribution in rpms from its repository to AMIs: dnf's solver, signatures, the root by rpm, labels of SELinux, boots
 * through BIOS and UEFI, an instance of the AMI, the record. Then the repository gets a fixed package and says so in its
 * updateinfo: proposed, merged, released the same way, told. What is tested is how Aperiodic deals with rpms; the programs
 * inside are Debian's, wrapped (test/support/rpm-distribution.ts). The update and its flaw are made up.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { countChecks, imageChecks } from '../../scripts/model/qa/checks.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords } from '../support/cli.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { git } from '../support/git.ts';
import { madeUpAdvisory, madeUpCve, madeUpUpdate } from '../support/made-up-updateinfo.ts';
import { makeDistributionRoot, wrapRoot } from '../support/rpm-distribution.ts';
import { comps, createVendor, type RpmFixture } from '../support/rpm-repository.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'fixture-1/cloud-base';
const regions = ['eu-central-1', 'us-east-1'];

const files = {
  'releases/repositories.yaml': [
    'repositories:',
    ...['fixture', 'fixture-updates'].map((id) => `  - { id: ${id}, type: rpm, keyring: fixture.asc }`),
    '',
  ].join('\n'),
  'releases/targets.yaml': `mirrors:
  - { id: primary, keep: 3 }
aws:
  home: eu-central-1
  regions: [{ id: eu-central-1 }, { id: us-east-1 }]
  pointers: /aperiodic
  launch: { allowFrom: 192.0.2.0/24 }
notices:
  prefix: MADEUP
  publisher: { name: Made-up images, namespace: 'https://images.example' }
  from: { address: images@images.example }
  to: [announce@users.example]
  site: https://images.example
`,
  [`releases/${stream}/stream.yaml`]: `name: Fixture-Cloud-Base-1
title: A distribution of a test
payload: rpm
kickstart: kickstarts/fixture.ks
repositories: [fixture, fixture-updates]
architectures: [x86_64]
formats: [qcow2]
limits: { downloadMiB: 600, usedMiB: 1900 }
aws: { retention: { public: 3, deprecateAfterDays: 90, removeAfterDays: 365 } }
`,
  'kickstarts/fixture.ks': `url --url=file:///nowhere
lang C.UTF-8
keyboard us
timezone Etc/UTC --utc
rootpw --lock
selinux --permissive
services --enabled=ssh,systemd-networkd,systemd-resolved,systemd-timesyncd
bootloader --location=mbr --timeout=0 --append="console=tty0 console=ttyS0,115200n8 net.ifnames=0 nvme_core.io_timeout=4294967295"
part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=64 --label=ESP
part / --fstype=ext4 --size=1983 --grow --label=root

%packages --nocore
@fixture
fx-tool
%end

%post --erroronfail
printf 'locale: C.UTF-8\\n' > /etc/cloud/cloud.cfg.d/10_locale.cfg
printf '%s no\\n' PasswordAuthentication KbdInteractiveAuthentication X11Forwarding > /etc/ssh/sshd_config.d/60-cloud-image.conf
echo 'PermitRootLogin prohibit-password' >> /etc/ssh/sshd_config.d/60-cloud-image.conf
mkdir -p /etc/systemd/resolved.conf.d
printf '[Resolve]\\nLLMNR=no\\nMulticastDNS=no\\n' > /etc/systemd/resolved.conf.d/60-cloud-image.conf
%end
`,
};

const groups = comps({ groups: { fixture: ['fx-kernel', 'fx-cloud-init', 'fx-openssh'] } });

const tool = (version: string): RpmFixture => ({
  name: 'fx-tool',
  version,
  files: { '/usr/bin/fx-tool': `#!/bin/sh\necho ${version}\n` },
});

test('rpms become AMIs, and an update of one becomes others', async (t) => {
  const folder = await temporaryFolder(t);
  const vendor = await createVendor(t);
  const root = await makeDistributionRoot(folder);
  const [place, updates] = [path.join(folder, 'repo'), path.join(folder, 'updates')];
  const more = (packages: string) => wrapRoot(root, packages);
  await vendor.publish(place, { packages: [tool('1.0-1')], comps: groups, more });
  await vendor.publish(updates, { packages: [{ name: 'unrelated' }] });
  const { received, port } = await startSmtpServer(t);
  const cloud = await startLocalCloud({ folder: path.join(folder, 'cloud'), regions });
  t.after(() => cloud.stop());

  const world = path.join(folder, 'world');
  await mkdir(world);
  const repository = await createFixtureRepository(world, path.join(folder, 'store'));
  await repository.write(files);
  await cp(path.join(toolRoot, 'releases/policy.yaml'), path.join(repository.root, 'releases/policy.yaml'));
  await git(repository.root, 'rm', '-rq', '--ignore-unmatch', 'releases/debian-12');
  await exec('rm', ['-rf', path.join(repository.root, 'releases/debian-12')]);
  const settings = path.join(folder, 'config.yaml');
  await writeFile(
    settings,
    [
      'repositories:',
      `  fixture: { uri: 'file://${place}', keyring: '${vendor.keyring}' }`,
      `  fixture-updates: { uri: 'file://${updates}', keyring: '${vendor.keyring}' }`,
      `aws: { endpoint: '${cloud.endpoint}' }`,
      '',
    ].join('\n'),
  );
  const env = {
    APERIODIC_CONFIG: settings,
    APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: DEFAULT_IDENTITY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DEFAULT_IDENTITY.secretAccessKey,
  };
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, lastWords(result.stderr));
    return result.stdout;
  };
  await run('resolve', stream);
  await repository.commit();
  await run('propose', stream, '--reason', 'The first of its kind');
  await repository.commit();
  const origin = path.join(folder, 'origin.git');
  await git(folder, 'clone', '-q', '--bare', repository.root, origin);
  await git(repository.root, 'remote', 'add', 'origin', origin);
  await git(repository.root, 'fetch', '-q', 'origin');
  await run('release', stream);

  const readRecords = async () => {
    const names = (await git(origin, 'ls-tree', '-r', '--name-only', 'main', `releases/${stream}`)).split(
      '\n',
    );
    const records = names.filter((name) => name.endsWith('.published.yaml')).sort();
    return await Promise.all(
      records.map(async (file) => {
        const text = await git(origin, 'show', `main:${file}`);
        return assertValid('PublishedRecord', parseYaml('PublishedRecord', `${text}\n`, file));
      }),
    );
  };
  const assertReleased = (record: PublishedRecord | undefined) => {
    assert.deepEqual(record?.images?.map(({ region, state }) => `${region} ${state}`).sort(), [
      'eu-central-1 public',
      'us-east-1 public',
    ]);
    const [part] = record?.architectures ?? [];
    const rpm = { payload: 'rpm' } as const;
    assert.equal(part?.packages, 6);
    assert.equal(
      part.qa.results.length,
      imageChecks.length + countChecks('bios', rpm) + countChecks('uefi', rpm),
    );
    assert.deepEqual(
      part.qa.results.filter(({ result }) => result !== 'passed'),
      [],
    );
    assert.equal(part.launch?.results.length, countChecks('ec2', rpm));
  };
  const [first] = await readRecords();
  assertReleased(first);

  const before = [
    cloud.log().filter(({ access }) => access === 'write').length,
    await git(origin, 'rev-parse', 'main'),
  ];
  await run('release', stream);
  const after = [
    cloud.log().filter(({ access }) => access === 'write').length,
    await git(origin, 'rev-parse', 'main'),
  ];
  assert.deepEqual(after, before, 'a second time there is nothing to do');
  assert.equal(received.length, 0, 'nothing was fixed yet');

  await vendor.publish(updates, { packages: [tool('1.1-1')], updates: madeUpUpdate('fx-tool', '1.1-1') });
  await git(repository.root, 'fetch', '-q', 'origin');
  await git(repository.root, 'merge', '-q', '--ff-only', 'origin/main');
  await run('watch');
  await git(repository.root, 'fetch', '-q', 'origin');
  await git(repository.root, 'merge', '-q', '--ff-only', `origin/aperiodic/next/${stream}`);
  await git(repository.root, 'push', '-q', 'origin', 'HEAD:main');
  await run('release', stream);

  const [, second, ...others] = await readRecords();
  assertReleased(second);
  assert.deepEqual(others, []);
  const [notice] = second?.notices ?? [];
  assert.deepEqual([received.length, notice?.sentAt === undefined], [1, false]);
  const shown = path.join(repository.mirror, stream, 'notices/updateinfo.xml');
  const updateinfo = await readFile(shown, 'utf8');
  for (const words of [madeUpCve, madeUpAdvisory, notice?.id ?? 'no notice'])
    assert.ok(updateinfo.includes(words), `${words}\n${updateinfo}`);
});
