/**
 * Wrong input through the real command line: each is told with code, file and line, and nothing is written. Builds are of a
 * stream with few packages; what scripts can and cannot do is tried more widely, and faster, in test/adapters/image.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliResult } from '../support/cli.ts';
import { createFixtureRepository, type FixtureRepository } from '../support/fixture-repository.ts';
import { firstPostLine, miniKickstart, miniStream, renderMiniKickstart } from '../support/mini-stream.ts';
import { processesMentioning } from '../support/processes.ts';
import { freePort } from '../support/rsync-daemon.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { snapshot } from '../support/snapshot.ts';
import { wrong } from './wrong-streams.ts';

interface CliError {
  code: string;
  message: string;
  file?: string;
  line?: number;
  detail?: string;
}

let folder = '';
let repository: FixtureRepository;

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-bad-'));
  repository = await createFixtureRepository(folder);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

function errorOf({ code, stdout, stderr }: CliResult): CliError {
  assert.equal(code, 1, stderr);
  const { error } = JSON.parse(stdout) as { error: CliError };
  assert.ok(stderr.includes(error.message), 'people are told the same');
  return error;
}

/** Runs a command that must fail and leave clone and mirror as they were. */
async function failing(args: readonly string[], env: Record<string, string> = {}): Promise<CliError> {
  const earlier = await repository.state();
  const error = errorOf(await repository.cli([...args, '--json'], { env }));
  assert.deepEqual(await repository.state(), earlier);
  return error;
}

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

describe('builds', () => {
  const outputOf = (name: string) => path.join(folder, `${name}.json`);

  /** Commits a kickstart and fetches its release. @returns the value for `build` */
  async function prepare(name: string, posts: string): Promise<string> {
    await repository.commit({ [miniKickstart]: renderMiniKickstart(posts) });
    const proposed = await repository.cli(['propose', miniStream, '--reason', name]);
    assert.equal(proposed.code, 0, proposed.stderr);
    await repository.commit();
    const fetched = await repository.cli(['fetch', miniStream, '--output', outputOf(name)]);
    assert.equal(fetched.code, 0, fetched.stderr);
    return outputOf(name);
  }

  it('a %post that writes outside of the image, opens a connection and fails is told, with its log', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const host = path.join(folder, 'host');
    await mkdir(host);
    await writeFile(path.join(host, 'kept'), 'as it was');
    const before = await snapshot(host);
    const hostname = await readFile('/proc/sys/kernel/hostname', 'utf8');
    const attempts = [
      `touch ${host}/made`,
      `echo changed > /proc/1/root${host}/kept`,
      'echo escaped > /proc/sys/kernel/hostname',
      '(: >> /proc/sys/kernel/core_pattern)',
      'mount -t tmpfs none /mnt',
      'mknod /root/disk b 254 0',
      `chroot /proc/1/root touch ${host}/made`,
      `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${address.port}'`,
    ];
    const posts = [
      '%post',
      ...attempts.map(
        (attempt, index) => `if ${attempt}; then echo "ESCAPED ${index}"; else echo "refused ${index}"; fi`,
      ),
      '%end',
      '%post --interpreter=/bin/bash',
      `exec 3<>/dev/tcp/127.0.0.1/${address.port}`,
      '%end',
      '',
    ];
    try {
      const error = await failing([
        'build',
        await prepare('escape', posts.join('\n')),
        '-o',
        outputOf('built'),
      ]);
      assert.deepEqual([error.code, error.file], ['script-failed', miniKickstart], JSON.stringify(error));
      assert.equal(error.line, firstPostLine + attempts.length + 2);
      assert.match(error.message, /has no network/);
      const file = /the whole log is (\S+)/.exec(error.detail ?? '')?.[1] ?? '';
      const log = await readFile(file, 'utf8');
      assert.deepEqual(log.match(/^ESCAPED.*$/gm), null);
      assert.equal(log.match(/^refused \d$/gm)?.length, attempts.length, log.slice(-4000));
      assert.equal(connections, 0);
      assert.deepEqual(await snapshot(host), before);
      assert.equal(await readFile('/proc/sys/kernel/hostname', 'utf8'), hostname);
      await assert.rejects(readFile(outputOf('built')));
      assert.deepEqual(await readdir(path.dirname(file)), ['build.log']);
    } finally {
      server.close();
    }
  });

  it('a disk that is full in the middle of a build is told, and two runs do not share a work folder', async () => {
    const small = path.join(folder, 'small');
    await mkdir(small);
    const unmount = await mountSmallDisk(small, 24);
    try {
      const work = path.join(small, 'work');
      const value = await prepare('full', '%post\necho full\n%end\n');
      const building = failing(['build', value], { APERIODIC_WORK: work });
      for (let i = 0; i < 100 && !(await readdir(work).catch((): string[] => [])).includes('lock'); i++)
        await sleep(100);
      const second = errorOf(
        await repository.cli(['build', value, '--json'], { env: { APERIODIC_WORK: work } }),
      );
      const error = await building;
      assert.equal(second.code, 'conflict');
      assert.match(second.message, /process \d+ is working in /);
      assert.equal(error.code, 'disk-full', JSON.stringify(error));
    } finally {
      await unmount();
    }
  });

  it('a build that is killed leaves no process, no mount and no result', async () => {
    const value = await prepare('killed', '%post\necho killed\n%end\n');
    const mounts = await readFile('/proc/mounts', 'utf8');
    const result = await repository.cli(['build', value, '-o', outputOf('killed-build')], {
      started: (pid) => {
        const look = setInterval(async () => {
          const log = path.join(repository.work, 'work');
          const [name] = await readdir(log).catch((): string[] => []);
          const text =
            name === undefined
              ? ''
              : await readFile(path.join(log, name, 'build.log'), 'utf8').catch(() => '');
          if (!/== installing/.test(text)) return;
          clearInterval(look);
          setTimeout(() => process.kill(pid, 'SIGKILL'), 2000);
        }, 200);
      },
    });
    assert.equal(result.signal, 'SIGKILL', result.stderr);
    for (let i = 0; i < 50 && (await processesMentioning(folder)).length > 0; i++) await sleep(100);
    assert.deepEqual(await processesMentioning(folder), []);
    assert.equal(await readFile('/proc/mounts', 'utf8'), mounts);
    await assert.rejects(readFile(outputOf('killed-build')));
  });
});
