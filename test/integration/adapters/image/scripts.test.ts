/** What a %post script can and cannot do, tried from behind the real walls. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { post, smallRequest } from '../../../adapters/image/small-spec.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from './walls.ts';

test('a script that fails ends the build with the file and line of its %post, and what it printed', async (t) => {
  const folder = await temporaryFolder(t);
  const scripts = [
    post(10, 'echo one'),
    post(20, 'echo two; echo three >&2; exit 3'),
    post(30, 'echo never'),
  ];
  const end = await runBehindWalls(folder, smallRequest({ scripts }), 'scripts');
  assert.equal(end.code, 'script-failed');
  assert.deepEqual([end.file, end.line], ['kickstarts/small.ks', 20]);
  assert.equal(end.message, '%post failed with exit code 3');
  assert.match(end.detail ?? '', /two\n(.*\n)*three|three/);
  assert.match(end.log, /^one$/m);
  assert.doesNotMatch(end.log, /^never$/m);
});

test('an interpreter that is not there, and a script that kills itself, are told', async (t) => {
  const folder = await temporaryFolder(t);
  const missing = await runBehindWalls(
    path.join(folder, 'a'),
    smallRequest({ scripts: [post(10, 'x', { interpreter: '/usr/bin/python9' })] }),
    'scripts',
  );
  assert.deepEqual([missing.code, missing.line], ['script-failed', 10]);
  const killed = await runBehindWalls(
    path.join(folder, 'b'),
    smallRequest({ scripts: [post(10, 'kill -9 $$')] }),
    'scripts',
  );
  assert.deepEqual([killed.code, killed.line], ['script-failed', 10]);
});

test('no file of the host can be written, by whatever way', async (t) => {
  const folder = await temporaryFolder(t);
  const target = path.join(folder, 'host');
  await mkdir(target);
  await writeFile(path.join(target, 'kept'), 'as it was');
  const attempts = [
    `echo > ${target}/kept`,
    `echo > /../../../..${target}/kept`,
    `echo > /proc/1/root${target}/kept`,
    `echo > /proc/1/cwd${target}/kept`,
    `echo > /proc/self/root/../..${target}/kept`,
    'echo > /build/escaped',
    'echo > /out/escaped',
    'echo > /store/escaped',
    'mount -t tmpfs none /etc',
    'mount --bind /proc /etc',
    'mknod /disk b 254 0',
    'mknod /mem c 1 1',
    'mkdir /cage; chroot /cage /bin/sh -c true',
    ...['kernel/hostname', 'kernel/core_pattern', 'vm/swappiness', 'net/ipv4/ip_forward'].map(
      (name) => `(: >> /proc/sys/${name})`,
    ),
    '(: > /proc/sysrq-trigger)',
    'setpriv --inh-caps +sys_admin --bounding-set +sys_admin true',
  ].map(
    (attempt, index) => `if (${attempt}); then echo "ESCAPED ${index}"; else echo "refused ${index}"; fi`,
  );
  const end = await runBehindWalls(
    folder,
    smallRequest({ scripts: [post(10, attempts.join('\n'))] }),
    'scripts',
  );
  assert.equal(end.code, undefined, end.stack);
  assert.deepEqual(end.log.match(/^ESCAPED.*$/gm), null, end.log);
  assert.equal(end.log.match(/^refused \d+$/gm)?.length, attempts.length);
  assert.equal(await readFile(path.join(target, 'kept'), 'utf8'), 'as it was');
  assert.deepEqual(await readdir(end.out), ['build.log']);
});

test('a script that fails since it writes outside of the image is told so', async (t) => {
  const folder = await temporaryFolder(t);
  const body = `echo x > ${folder}/escaped`;
  const end = await runBehindWalls(folder, smallRequest({ scripts: [post(10, body)] }), 'scripts');
  assert.deepEqual([end.code, end.file, end.line], ['script-failed', 'kickstarts/small.ks', 10]);
  assert.match(end.message ?? '', /sees and writes nothing outside the image/);
  assert.deepEqual((await readdir(folder)).sort(), ['out', 'store']);
});

test('a script has no network: a listener of the host hears nothing', async (t) => {
  const folder = await temporaryFolder(t);
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const body = `exec 3<>/dev/tcp/127.0.0.1/${address.port}`;
  const scripts = [post(10, body, { interpreter: '/bin/bash' })];
  const end = await runBehindWalls(folder, smallRequest({ scripts }), 'scripts');
  assert.deepEqual([end.code, end.line], ['script-failed', 10]);
  assert.match(end.message ?? '', /has no network/);
  assert.equal(connections, 0);
});

test('a process that a script leaves running ends with the script', async (t) => {
  const folder = await temporaryFolder(t);
  const first = '(while :; do echo still >> /var/alive; done) >/dev/null 2>&1 &\nsleep=1';
  const second =
    'a=$(cat /var/alive | head -c 1000000000 | ls -l /var/alive); b=$(ls -l /var/alive); echo "A $a"; echo "B $b"';
  const scripts = [post(10, first), post(20, `: >> /var/alive\n${second}`)];
  const end = await runBehindWalls(folder, smallRequest({ scripts }), 'scripts');
  assert.equal(end.code, undefined, end.stack);
  const [, a] = /^A (.*)$/m.exec(end.log) ?? [];
  const [, b] = /^B (.*)$/m.exec(end.log) ?? [];
  assert.ok(a !== undefined && a === b, `${a} is not ${b}`);
});

test('a script sees a fixed environment, host name and no device but the harmless ones', async (t) => {
  const folder = await temporaryFolder(t);
  const body =
    'cat /proc/sys/kernel/hostname; id -u; while read -r line; do echo "ENV $line"; done < /dev/null; ls /dev; for v in HOME TZ LANG SOURCE_DATE_EPOCH; do eval "echo $v=\\$$v"; done';
  const end = await runBehindWalls(folder, smallRequest({ scripts: [post(10, body)] }), 'scripts');
  assert.equal(end.code, undefined, end.stack);
  assert.match(end.log, /^localhost\n0\n/m);
  assert.match(end.log, /^HOME=\/root\nTZ=UTC\nLANG=C\.UTF-8\nSOURCE_DATE_EPOCH=1750000000$/m);
  assert.doesNotMatch(end.log, /^(vda|sda|mem|kvm|fuse)$/m);
});

test('much output is kept in the log, and a script that has no end of it fails at its line', async (t) => {
  const folder = await temporaryFolder(t);
  const some = 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done';
  const end = await runBehindWalls(
    path.join(folder, 'a'),
    smallRequest({ scripts: [post(10, some)] }),
    'scripts',
  );
  assert.equal(end.code, undefined, end.stack);
  assert.match(end.log, /^line 19999$/m);
  const endless = 'head -c 80000000 /dev/zero';
  const wide = await runBehindWalls(
    path.join(folder, 'c'),
    smallRequest({ scripts: [post(10, 'head -c 3000000 /dev/zero; exit 1')] }),
    'scripts',
  );
  assert.deepEqual([wide.code, wide.line], ['script-failed', 10]);
  assert.ok((wide.detail ?? '').length < 16_000);
  const scripts = [post(10, endless)];
  const stopped = await runBehindWalls(path.join(folder, 'b'), smallRequest({ scripts }), 'scripts');
  assert.deepEqual([stopped.code, stopped.line], ['script-failed', 10]);
  assert.equal(stopped.message, '%post printed more than 64 MiB');
});
