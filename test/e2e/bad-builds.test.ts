/**
 * Builds that must fail, through the real command line, of a stream with few packages. What scripts can and cannot do is
 * tried more widely, and faster, in test/integration/adapters/image.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorOf, runFailing } from '../support/failing.ts';
import { createFixtureRepository, type FixtureRepository } from '../support/fixture-repository.ts';
import { firstPostLine, miniKickstart, miniStream, renderMiniKickstart } from '../support/mini-stream.ts';
import { processesMentioning } from '../support/processes.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { snapshot } from '../support/snapshot.ts';

let folder = '';
let repository: FixtureRepository;

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-bad-'));
  repository = await createFixtureRepository(folder);
  await repository.commit({ [miniKickstart]: renderMiniKickstart('') });
  assert.equal((await repository.cli(['resolve', miniStream])).code, 0);
  await repository.commit();
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command that must fail and leave clone and mirror as they were. */
const failing = (args: readonly string[], env: Record<string, string> = {}) =>
  runFailing(repository, args, env);

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
