/**
 * The main job for real: fresh pins from the machine's own apt sources, a real image, real boots, a real git origin, a mirror.
 * One run of the demo is killed in every stage and finished by the next; everything below looks at what it made. Boots:
 * up to two guests that are killed, two whole ones, one of them rebooted, and an instance of the AMI, rebooted.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { countChecks } from '../../scripts/model/qa/checks.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { noLoaderAtAll } from '../negative/boot-faults.ts';
import { type GoodImage, takeDemoImage } from '../negative/find-image.ts';
import { imageFaults } from '../negative/image-faults.ts';
import { refuse } from '../negative/refuse.ts';
import { releaseBadImage } from '../negative/release-stops.ts';
import { lastWords, runCli } from '../support/cli.ts';
import { createPlainUser } from '../support/plain-user.ts';
import { processesMentioning } from '../support/processes.ts';
import { snapshot } from '../support/snapshot.ts';
import { describeUpdate } from './update-by-pull-request.ts';

const stream = 'debian-12/cloud-base';

let folder = '';
let record: PublishedRecord;
let version = '';

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-e2e-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const demo = (...more: string[]) => ['demo', '--yes', '--folder', path.join(folder, 'demo'), ...more];
const git = async (...args: string[]) =>
  (await exec('git', ['-C', path.join(folder, 'demo/origin.git'), ...args])).stdout;

/** Runs the demo until its progress says a text, then kills it a while later. */
async function killAt(text: string, seconds: number): Promise<void> {
  let pid = 0;
  let armed = false;
  const result = await runCli(demo(), {
    started: (id) => {
      pid = id;
    },
    onStderr: (soFar) => {
      if (armed || !soFar.includes(text)) return;
      armed = true;
      setTimeout(() => process.kill(pid, 'SIGKILL'), seconds * 1000);
    },
  });
  assert.equal(result.signal, 'SIGKILL', `it ended before it said '${text}':\n${result.stderr}`);
  // The kernel ends the children of a killed process at once, but reaping them takes a moment.
  for (let i = 0; i < 50 && (await processesMentioning(folder)).length > 0; i++)
    await new Promise((r) => setTimeout(r, 100));
  assert.deepEqual(await processesMentioning(folder), []);
}

let found: Promise<GoodImage> | undefined;
/** The image that the release was made of, verified once. */
const goodImage = () => {
  found ??= takeDemoImage(path.join(folder, 'demo'), version);
  return found;
};

describe('a release', () => {
  it('killed in fetch, build and qa leaves no process and no record, and is finished by the next run', async () => {
    await killAt(`fetch ${stream} amd64: started`, 1);
    await killAt(`build ${stream}`, 20);
    await killAt('(tcg): started', 25).catch(async (error: unknown) => {
      // With a KVM that works the line says so.
      if (!(error instanceof assert.AssertionError) || (await processesMentioning(folder)).length > 0)
        throw error;
    });
    assert.equal(
      (await git('log', '--format=%s', 'main', '--', `releases/${stream}/*.published.yaml`)).trim(),
      '',
    );
    const { code, stdout, stderr } = await runCli(demo('--json'));
    assert.equal(code, 0, lastWords(stderr));
    const result = JSON.parse(stdout) as { nothingToDo: boolean; record: unknown };
    record = assertValid('PublishedRecord', result.record);
    version = record.version;
    assert.equal(result.nothingToDo, false);
  });

  it('is recorded once on the main branch of the origin, and nothing else was committed by it', async () => {
    const file = `releases/${stream}/${version}.published.yaml`;
    assert.deepEqual(parseYaml('PublishedRecord', await git('show', `main:${file}`), file), record);
    const records = (await git('log', '--format=%H', 'main', '--', 'releases/**/*.published.yaml'))
      .trim()
      .split('\n');
    assert.equal(records.length, 1);
    const changed = (await git('show', '--format=', '--name-only', records[0] ?? '')).trim();
    assert.equal(changed, file);
    assert.equal((await git('rev-list', '--count', 'main')).trim(), '4');
  });

  it('was tested through BIOS and UEFI, and every check passed', () => {
    const [part] = record.architectures;
    assert.ok(part);
    assert.deepEqual(
      part.qa.results.filter(({ result }) => result !== 'passed'),
      [],
    );
    assert.deepEqual([...new Set(part.qa.results.map(({ where }) => where))].sort(), [
      'bios',
      'image',
      'uefi',
    ]);
    assert.equal(part.qa.boots, 3);
    assert.ok(part.qa.results.some(({ id }) => id === 'packages-equal-pins' || id.includes('packages')));
  });

  it('was launched as an instance of the AMI, which is gone, before anything was public', async () => {
    const [part] = record.architectures;
    const { launch } = part ?? {};
    assert.ok(launch);
    assert.deepEqual(
      launch.results.filter(({ result, where }) => result !== 'passed' || where !== 'ec2'),
      [],
    );
    assert.equal(launch.results.length, countChecks('ec2', { payload: 'deb' }));
    assert.ok(record.images?.some(({ region, ami }) => region === launch.region && ami === launch.ami));
    const tries = 1 + (launch.retries?.length ?? 0);
    const log = await readFile(path.join(folder, 'demo/cloud/requests.jsonl'), 'utf8');
    const calls = [...log.matchAll(/"call":"(\w+)"/g)].map((match) => match[1]);
    const count = (name: string) => calls.filter((call) => call === name).length;
    // An instance that never answered is launched once more, and the record tells.
    assert.deepEqual([count('RunInstances'), count('TerminateInstances')], [tries, tries]);
    assert.ok(count('RebootInstances') >= 1 && count('RebootInstances') <= tries);
    assert.ok(calls.lastIndexOf('TerminateInstances') < calls.indexOf('CopyImage'));
    assert.ok(calls.lastIndexOf('TerminateInstances') < calls.indexOf('ModifyImageAttribute'));
    assert.deepEqual(await processesMentioning(folder), []);
  });

  it('has its files on the mirror, and sha256sum agrees with CHECKSUM and with the record', async () => {
    const place = path.join(folder, 'demo/mirror', stream, version);
    const name = `Debian-Cloud-Base-12-${version}-CHECKSUM`;
    const { stdout } = await exec('sha256sum', ['--check', name], { cwd: place });
    const [part] = record.architectures;
    assert.ok(part);
    const names = part.artifacts.map((artifact) => artifact.name).sort();
    const documents = (record.documents ?? []).filter(
      ({ kind }) => kind !== 'signature' && kind !== 'checksum',
    );
    assert.deepEqual(documents.map(({ kind }) => kind).sort(), [
      'lxd-metadata',
      'provenance',
      'sbom',
      'sbom',
    ]);
    assert.deepEqual(
      stdout.trim().split('\n').sort(),
      [...names, ...documents.map((document) => document.name)].sort().map((file) => `${file}: OK`),
    );
    const tarball = documents.find(({ kind }) => kind === 'lxd-metadata');
    const both = await exec('sh', [
      '-c',
      'cat -- "$1" "$2" | sha256sum',
      'sh',
      path.join(place, tarball?.name ?? ''),
      path.join(place, names.find((n) => n.endsWith('.qcow2')) ?? ''),
    ]);
    assert.equal(both.stdout.split(' ')[0], tarball?.fingerprint, 'what LXD and Incus know it by');
    const listed = await readFile(path.join(place, name), 'utf8');
    for (const artifact of part.artifacts) {
      assert.ok(
        listed.includes(
          `# ${artifact.name}: ${artifact.size} bytes\nSHA256 (${artifact.name}) = ${artifact.sha256}\n`,
        ),
      );
    }
    const unpacked = await exec('sh', [
      '-c',
      'zstd -dc -- "$1" | sha256sum',
      'sh',
      path.join(place, names.find((n) => n.endsWith('.zst')) ?? ''),
    ]);
    assert.equal(unpacked.stdout.split(' ')[0], part.raw.sha256);
    const converted = path.join(folder, 'from-qcow2.raw');
    await exec('qemu-img', [
      'convert',
      '-O',
      'raw',
      path.join(place, names.find((n) => n.endsWith('.qcow2')) ?? ''),
      converted,
    ]);
    assert.equal((await exec('sha256sum', ['--', converted])).stdout.split(' ')[0], part.raw.sha256);
    await rm(converted);
  });

  it('is in simplestreams beside its files', async () => {
    const mirror = path.join(folder, 'demo/mirror');
    const { index } = JSON.parse(await readFile(path.join(mirror, 'streams/v1/index.json'), 'utf8'));
    const id = 'local:download:debian-12:cloud-base';
    const products = JSON.parse(await readFile(path.join(mirror, Object(index[id]).path), 'utf8'));
    const { items } = products.products['local:debian:12:cloud-base:amd64'].versions[version];
    assert.deepEqual(Object.keys(items), ['disk.raw.zst', 'disk1.img', 'incus.tar.xz', 'lxd.tar.xz']);
    for (const { path: file, sha256 } of Object.values(items).map(Object)) {
      const { stdout } = await exec('sha256sum', ['--', path.join(mirror, file)]);
      assert.equal(stdout.split(' ')[0], sha256, file);
    }
  });

  it('is signed by the throw-away key of the demo, and so are its AMIs by the document of the stream', async () => {
    const mirror = path.join(folder, 'demo/mirror');
    const keyring = ['--keyring', path.join(folder, 'demo/clone/releases/keys')];
    const files = await runCli(['verify', path.join(mirror, stream, version), ...keyring, '--json']);
    assert.equal(files.code, 0, files.stderr);
    const report = JSON.parse(files.stdout) as { by: { userId: string }; signed: string[] };
    assert.match(report.by.userId, /throw-away key, do not trust/);
    assert.equal(report.signed.length, 2);
    const [image] = record.images ?? [];
    assert.ok(image !== undefined && record.serial !== undefined);
    const signed = path.join(mirror, stream, 'stream.sjson');
    const state = ['--state', path.join(folder, 'serials.json')];
    const ami = ['--ami', image.ami, '--region', image.region];
    const live = await runCli(['verify', '--stream', signed, ...ami, ...keyring, ...state]);
    assert.equal(live.code, 0, live.stderr);
    assert.match(live.stdout, new RegExp(`${version} for amd64, live, the latest`));
  });

  it('has an AMI in every region of the targets, public, with its snapshot', async () => {
    const file = 'releases/targets.yaml';
    const { aws } = parseYaml('Targets', await git('show', `main:${file}`), file);
    assert.deepEqual(
      record.images?.map(({ region, state }) => [region, state]),
      aws?.regions.map(({ id }) => [id, 'public']).sort(),
    );
    assert.ok((record.images ?? []).length >= 6);
  });

  it('run again has nothing to do and writes nothing: git, mirror, store and cloud are as they were', async () => {
    const watched = ['origin.git', 'mirror', 'store', 'clone'];
    const look = async () => Promise.all(watched.map((name) => snapshot(path.join(folder, 'demo', name))));
    const writes = async () => {
      const log = await readFile(path.join(folder, 'demo/cloud/requests.jsonl'), 'utf8');
      return log.split('\n').filter((line) => line.includes('"access":"write"')).length;
    };
    const earlier = await look();
    const written = await writes();
    assert.ok(written > 0);
    const { code, stdout, stderr } = await runCli(demo('--json'));
    assert.equal(code, 0, lastWords(stderr));
    assert.equal((JSON.parse(stdout) as { nothingToDo: boolean }).nothingToDo, true);
    assert.deepEqual(await look(), earlier);
    assert.equal(await writes(), written, 'calls that write to the cloud');
  });

  it('of an image without a boot loader is refused by QA, and nothing of it becomes public', async () => {
    const good = await goodImage();
    const before = await git('log', '-1', '--format=%H', 'main', '--', `releases/${stream}/${version}.yaml`);
    const demo = { folder: path.join(folder, 'demo'), commit: before.trim() };
    const message = await releaseBadImage(demo, good, noLoaderAtAll, path.join(folder, 'bad'));
    assert.match(message, /^the image failed boots \(bios\), boots \(uefi\): see /);
  });

  for (const fault of imageFaults) {
    it(`of an image with the fault ${fault.name} would be refused without a boot by ${fault.refusedBy.id}`, async () => {
      await refuse(fault, await goodImage(), folder);
    });
  }

  it('built again by a user without rights, elsewhere, in another locale, zone and umask, has the same bytes', async (t) => {
    const user = await createPlainUser(t, folder);
    const clone = path.join(user.home, 'clone');
    await cp(path.join(folder, 'demo/clone'), clone, { recursive: true });
    await user.own(user.home);
    const env = {
      APERIODIC_STORE: path.join(folder, 'demo/store'),
      APERIODIC_WORK: path.join(user.home, 'deeper/work'),
    };
    const at = ['--root', clone];
    const values = {
      fetched: path.join(user.home, 'fetched.json'),
      built: path.join(user.home, 'built.json'),
    };
    const fetched = await user.run(['fetch', stream, '--output', values.fetched, ...at], env);
    assert.equal(fetched.exitCode, 0, fetched.stderr);
    const built = await user.run(['build', values.fetched, '--json', ...at], env);
    assert.equal(built.exitCode, 0, built.stderr);
    const value = assertValid('Built', JSON.parse(built.stdout));
    const [part] = record.architectures;
    assert.equal(value.raw.sha256, part?.raw.sha256);
    assert.deepEqual(
      value.artifacts.map(({ name, file }) => [name, file.sha256]),
      part?.artifacts.map(({ name, sha256 }) => [name, sha256]),
    );
  });
});

describeUpdate(() => path.join(folder, 'demo'));
