/**
 * Wrong input through the real command line: each is told with code, file and line, and nothing is written. Builds are of a
 * stream with few packages; what scripts can and cannot do is tried more widely, and faster, in test/integration/adapters/image.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CliError, runFailing } from '../support/failing.ts';
import { createFixtureRepository, type FixtureRepository } from '../support/fixture-repository.ts';
import { miniKickstart, miniStream, renderMiniKickstart } from '../support/mini-stream.ts';
import { freePort } from '../support/rsync-daemon.ts';
import { wrong } from './wrong-streams.ts';

let folder = '';
let repository: FixtureRepository;

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-bad-'));
  repository = await createFixtureRepository(folder);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command that must fail and leave clone and mirror as they were. */
const failing = (args: readonly string[], env: Record<string, string> = {}) =>
  runFailing(repository, args, env);

describe('files of a repository', () => {
  let found: CliError[] = [];
  before(async () => {
    for (const { files, links = {} } of wrong) {
      await repository.write(files);
      for (const [name, target] of Object.entries(links)) {
        await mkdir(path.dirname(path.join(repository.root, name)), { recursive: true });
        await symlink(target, path.join(repository.root, name));
      }
    }
    const earlier = await repository.state();
    const { code, stdout, stderr } = await repository.cli(['validate', '--json']);
    assert.equal(code, 1, stderr);
    assert.deepEqual(await repository.state(), earlier);
    found = (JSON.parse(stdout) as { errors: CliError[] }).errors;
  });
  after(async () => {
    for (const { files, links = {} } of wrong) {
      for (const name of [...Object.keys(files), ...Object.keys(links)])
        await rm(path.join(repository.root, name), { force: true });
    }
  });

  for (const { id, error } of wrong) {
    it(`${id} is told at ${error.file}:${error.line ?? ''}`, () => {
      const told = found.filter(({ file }) => file === error.file);
      const fits = told.some(
        ({ code, line, message }) =>
          code === error.code &&
          (error.line === undefined || line === error.line) &&
          error.message.test(message),
      );
      assert.ok(fits, JSON.stringify(told.length === 0 ? found : told, null, 1));
    });
  }

  it('stop a command that would write', async () => {
    const circle = await failing(['resolve', 'bad/circle']);
    assert.deepEqual([circle.code, circle.file, circle.line], ['invalid', 'kickstarts/circle.ks', 2]);
    const key = await failing(['propose', 'bad/key', '--reason', 'no']);
    assert.deepEqual([key.code, key.file, key.line], ['invalid', 'releases/bad/key/stream.yaml', 11]);
    assert.equal((await failing(['resolve', '../../etc'])).code, 'not-found');
  });
});

describe('packages and releases', () => {
  it('a package that does not exist is told at the line that asks for it', async () => {
    await repository.commit({ [miniKickstart]: renderMiniKickstart('', ['no-such-package-anywhere']) });
    const error = await failing(['resolve', miniStream]);
    assert.deepEqual([error.code, error.file, error.line], ['not-found', miniKickstart, 11]);
    assert.match(error.message, /no-such-package-anywhere/);
    await repository.commit({ [miniKickstart]: renderMiniKickstart() });
  });

  it('a version that exists is not proposed again', async () => {
    assert.equal((await repository.cli(['resolve', miniStream])).code, 0);
    assert.equal((await repository.cli(['propose', miniStream, '--reason', 'first'])).code, 0);
    await repository.commit();
    const [name = ''] = (await readdir(path.join(repository.root, 'releases', miniStream))).filter((entry) =>
      /^\d{8}\.\d+\.yaml$/.test(entry),
    );
    const version = name.replace('.yaml', '');
    const again = [
      'propose',
      miniStream,
      '--reason',
      'again',
      '--rebuild',
      'test',
      '--release-version',
      version,
    ];
    const error = await failing(again);
    assert.equal(error.code, 'conflict');
    assert.ok(error.file?.startsWith(`releases/${miniStream}`), error.file);
    assert.match(error.message, new RegExp(version.replace('.', '\\.')));
  });
});

/** Bytes of a pin's file in a store. */
const stored = (store: string, sha256: string) => path.join(store, 'sha256', sha256.slice(0, 2), sha256);

describe('pins and the store', () => {
  const pinsFile = () => path.join(repository.root, `releases/${miniStream}/pins.amd64.yaml`);

  it('a pin whose sha256 does not match what is served, and one that is gone, are named and not stored', async () => {
    const text = await readFile(pinsFile(), 'utf8');
    const line = text.split('\n').find((candidate) => candidate.includes('{name: tzdata,')) ?? '';
    const sha256 = /sha256: ([0-9a-f]{64})/.exec(line)?.[1] ?? '';
    const other = sha256.replace(/^./, sha256.startsWith('0') ? '1' : '0');
    const store = path.join(folder, 'other-store');
    const env = { APERIODIC_STORE: store };
    const change = (changed: string) =>
      repository.commit({ [`releases/${miniStream}/pins.amd64.yaml`]: changed });
    await change(text.replace(line, line.replace(sha256, other)));
    const proposed = await repository.cli(['propose', miniStream, '--reason', 'other bytes', '--json']);
    assert.equal(proposed.code, 0, proposed.stderr);
    const mismatch = await failing(['fetch', miniStream], env);
    assert.equal(mismatch.code, 'digest-mismatch');
    assert.match(mismatch.message, /tzdata/);
    await rm(path.join(repository.root, (JSON.parse(proposed.stdout) as { path: string }).path));
    // Where a package is does not count as content: the release of the right pins asks for it.
    await change(text.replace(line, line.replace(/tzdata_[^ ]*_all\.deb/, 'tzdata_0gone_all.deb')));
    const gone = await failing(['fetch', miniStream], env);
    assert.equal(gone.code, 'pin-gone');
    assert.match(gone.message, /tzdata .*aperiodic resolve/);
    for (const name of [sha256, other]) await assert.rejects(readFile(stored(store, name)));
    await change(text);
  });

  it('a server that is away is unreachable, and a stored file that went bad is fetched again', async () => {
    const fetched = path.join(folder, 'fetched.json');
    const fetch = ['fetch', miniStream, '--output', fetched];
    const first = await repository.cli(fetch);
    assert.equal(first.code, 0, first.stderr);
    const value = JSON.parse(await readFile(fetched, 'utf8')) as {
      job: { pins: { packages: { name: string; sha256: string }[] } };
    };
    const store = path.join(folder, 'other-store');
    const pin = value.job.pins.packages.find(({ name }) => name === 'passwd');
    assert.ok(pin);
    await writeFile(stored(store, pin.sha256), 'damaged');
    const port = await freePort();
    const away = Object.fromEntries(
      ['', '_SECURITY'].map((name) => [
        `APERIODIC_REPOSITORY_DEBIAN_12${name}`,
        `http://127.0.0.1:${port}/debian`,
      ]),
    );
    const error = await failing(['fetch', miniStream], { ...away, APERIODIC_STORE: store });
    assert.equal(error.code, 'unreachable');
    assert.match(error.message, /passwd/);
    const again = await repository.cli(fetch, { env: { APERIODIC_STORE: store } });
    assert.equal(again.code, 0, again.stderr);
    assert.ok((await readFile(stored(store, pin.sha256))).length > 1000);
  });
});
