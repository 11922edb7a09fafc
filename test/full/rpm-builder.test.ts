/**
 * A stream of rpms by a builder image that is a real Debian with rpm and dnf, installed by mmdebstrap: from a registry, through
 * the real command line, to a container image of the same bytes as by this machine's rpm.
 */
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { pushLayout, writeLayout } from '../support/builder-image.ts';
import { startRegistry } from '../support/container-registry.ts';
import { runFailing } from '../support/failing.ts';
import { createFixtureRepository } from '../support/fixture-repository.ts';
import { createVendor } from '../support/rpm-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'fixture-1/mini';
const kickstart = `bootloader --disabled
repo --name=fixture --baseurl=file:///nowhere
lang C.UTF-8
timezone Etc/UTC --utc
rootpw --lock

%packages --nocore --exclude-weakdeps
greeter
%end

%post --log=/var/log/post.log
echo "%post runs in the image"
%end
`;
const about = (builder?: string) => `name: Fixture-Mini-1
title: A stream of a test
payload: rpm
kickstart: kickstarts/fixture.ks
repositories: [fixture]
architectures: [x86_64]
formats: [docker-archive, oci]
${builder === undefined ? '' : `builder: ${builder}\n`}limits:
  downloadMiB: 400
  usedMiB: 1200
`;
const library = '/lib/x86_64-linux-gnu/libc.so.6';
const loader = '/lib64/ld-linux-x86-64.so.2';
const packages = [
  { name: 'filesystem', folders: ['/usr/bin', '/run', '/tmp', '/var/log', '/var/lib'] },
  {
    name: 'shell',
    architecture: 'x86_64',
    requires: ['filesystem'],
    copies: { '/bin/sh': '/usr/bin/dash', [library]: library, [loader]: loader },
    files: {
      '/usr/bin/usermod': '#!/bin/sh\n',
      '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
      '/usr/share/zoneinfo/Etc/UTC': 'TZif2',
    },
  },
  {
    name: 'greeter',
    requires: ['shell'],
    // What rpm's macros say while it is installed; without the macro the package is the same under every rpm.
    post: 'if rpm.expand("%%{?marker}") ~= "" then io.open("/etc/marker", "w"):write(rpm.expand("%%marker")) end',
    interpreter: '<lua>',
  },
];

interface Image {
  layout: string;
  digest: string;
}

/** Images of a Debian that has rpm and dnf, and a small layer over it: one with a macro that no other rpm knows, one without. */
async function makeBuilders(folder: string): Promise<Record<'plain' | 'marked', Image>> {
  const debian = path.join(folder, 'debian.tar');
  const options = ['--variant=apt', '--aptopt=APT::Install-Recommends "false"', '--include=rpm,python3-dnf'];
  await exec('mmdebstrap', [...options, 'bookworm', debian]);
  const make = async (name: string, macros: string) => {
    const place = path.join(folder, name);
    await mkdir(path.join(place, 'root/etc/rpm'), { recursive: true });
    await writeFile(path.join(place, 'root/etc/rpm/macros'), macros);
    const [lower, upper] = [path.join(place, 'lower.tar'), path.join(place, 'upper.tar')];
    await cp(debian, lower);
    await exec('tar', ['--create', `--file=${upper}`, `--directory=${place}/root`, '--numeric-owner', 'etc']);
    const layout = path.join(place, 'layout');
    const layers = [
      { tar: lower, compression: 'gzip' },
      { tar: upper, compression: 'zstd' },
    ] as const;
    return { layout, digest: await writeLayout(layout, layers, { index: ['arm64'] }) };
  };
  return {
    plain: await make('plain', '%other 1\n'),
    marked: await make('marked', '%marker of the builder\n'),
  };
}

test('a stream of rpms is resolved, fetched and built by the dnf and rpm of its builder image', async () => {
  const folder = await temporaryFolder({ after });
  const vendor = await createVendor({ after });
  await vendor.publish(path.join(folder, 'repo'), { packages });
  const registry = await startRegistry({ after }, path.join(folder, 'registry'));
  const made = await makeBuilders(folder);
  const plain = await pushLayout(registry, made.plain.layout, made.plain.digest);
  const marked = await pushLayout(registry, made.marked.layout, made.marked.digest);
  const repository = await createFixtureRepository(folder, path.join(folder, 'store'));
  const settings = path.join(folder, 'config.yaml');
  const uri = `file://${path.join(folder, 'repo')}`;
  await writeFile(settings, `repositories:\n  fixture: { uri: '${uri}', keyring: '${vendor.keyring}' }\n`);
  const env = { APERIODIC_CONFIG: settings };
  await rm(path.join(repository.root, 'releases/debian-12'), { recursive: true });
  await repository.write({
    'releases/repositories.yaml': 'repositories:\n  - { id: fixture, type: rpm, keyring: fixture.asc }\n',
    'kickstarts/fixture.ks': kickstart,
  });
  const run = async (...args: string[]) => {
    const result = await repository.cli(args, { env });
    assert.equal(result.code, 0, result.stderr);
  };
  const pinsFile = path.join(repository.root, `releases/${stream}/pins.x86_64.yaml`);
  const buildWith = async (builder?: string) => {
    await repository.write({ [`releases/${stream}/stream.yaml`]: about(builder) });
    await run('resolve', stream);
    await repository.commit();
    const [fetched, built] = [path.join(folder, 'fetched.json'), path.join(folder, 'built.json')];
    await run('fetch', stream, '--planned', '--output', fetched);
    await run('build', fetched, '--output', built);
    const value = assertValid('Built', JSON.parse(await readFile(built, 'utf8')));
    return { ...value, pins: await readFile(pinsFile, 'utf8') };
  };

  const unpinned = marked.replace(/@.*/, ':latest');
  const refused = async (builder: string) => {
    await repository.write({ [`releases/${stream}/stream.yaml`]: about(builder) });
    const { code, message } = await runFailing(repository, ['resolve', stream], env);
    return `${code}: ${message}`;
  };
  assert.match(await refused(unpinned), /^invalid: .*builder/);
  const absent = marked.replace(/@.*/, `@sha256:${'ab'.repeat(32)}`);
  assert.match(await refused(absent), /^not-found: the registry 127\.0\.0\.1:\d+ does not have it/);

  const host = await buildWith();
  const byPlain = await buildWith(plain);
  assert.equal(byPlain.tools.builder, made.plain.digest);
  assert.equal(
    byPlain.tools.rpm,
    (await exec('rpm', ['--version'])).stdout.trim().replace('RPM version ', ''),
  );
  assert.equal(byPlain.pins, host.pins);
  assert.equal(byPlain.raw.sha256, host.raw.sha256, 'the same rpm, the same bytes');
  const byMarked = await buildWith(marked);
  assert.notEqual(byMarked.raw.sha256, host.raw.sha256, "the builder's own macro shows in the image");
  const { stdout: marker } = await exec('tar', [
    '-xOf',
    path.join(folder, 'work/files', byMarked.raw.uri.slice(9)),
    '--wildcards',
    '*etc/marker',
  ]);
  assert.equal(marker, 'of the builder');
  // The store has it: a registry that is gone is not asked.
  await rm(path.join(folder, 'registry/content'), { recursive: true });
  await rm(path.join(folder, 'work/cache/builders'), { recursive: true });
  assert.equal((await buildWith(marked)).raw.sha256, byMarked.raw.sha256);
});
