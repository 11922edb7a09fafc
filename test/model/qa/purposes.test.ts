/** Checks of what an image is for: who gets them, and what they make of answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOf, countChecks, guestChecks, type Subject } from '../../../scripts/model/qa/checks.ts';
import { containerEngine, containerRestarted } from '../../../scripts/model/qa/guest/container-engine.ts';
import { distributedJob } from '../../../scripts/model/qa/guest/distributed-jobs.ts';
import { packageFiles } from '../../../scripts/model/qa/guest/package-files.ts';
import { makeContext } from './context.ts';

const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', seconds: 1, receivedAt: 0 });
const context = makeContext();

test('only images whose stream names a purpose get its checks', () => {
  const image = (...checks: NonNullable<Subject['checks']>): Subject => ({ payload: 'deb', checks });
  const ids = (subject: Subject) => checksOf(guestChecks, 'bios', 'after-boot', subject).map(({ id }) => id);
  assert.ok(!ids(image()).includes('container-engine'));
  assert.ok(ids(image('container-engine')).includes('container-engine'));
  assert.ok(!ids(image('container-engine')).includes('distributed-job'));
  assert.equal(countChecks('bios', image('container-engine')), countChecks('bios', image()) + 2);
  assert.equal(countChecks('bios', image('distributed-jobs')), countChecks('bios', image()) + 1);
  assert.equal(countChecks('uefi', image('distributed-jobs')), countChecks('uefi', image()));
});

const ran = {
  ran: '42 as process 1',
  memory: '67108864',
  volume: 'kept',
  network: 'SSH-2.0',
  alone: 'lo ',
  driver: 'overlay2',
  security: '[name=apparmor name=seccomp,profile=default name=cgroupns]',
};
const lines = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

test('checks of a kind of packages belong to images of that kind', () => {
  const ids = (payload: Subject['payload']) =>
    checksOf(guestChecks, 'bios', 'after-boot', { payload }).map(({ id }) => id);
  const rpm = ids('rpm');
  assert.deepEqual(
    ['package-lifecycle', 'second-kernel'].filter((id) => rpm.includes(id)),
    [],
  );
  assert.deepEqual(
    rpm.filter((id) => !ids('deb').includes(id)),
    ['package-files'],
  );
});

test('an rpm image has the files of its packages but for configuration', () => {
  const judge = (stdout: string) => packageFiles.judge(answer(stdout), context);
  assert.equal(judge('').passed, true);
  const configured = judge('S.5......  c /etc/hosts\nmissing     d /usr/share/doc/a\n.......T.  g /run/b\n');
  assert.deepEqual([configured.passed, configured.figures], [true, { configuration: 3 }]);
  for (const line of [
    'S.5......    /usr/bin/bash',
    'missing      /usr/bin/bash',
    'Unsatisfied dependencies for bash-5.2-1.x86_64:',
    'error: cannot open Packages database in /var/lib/rpm',
  ])
    assert.equal(judge(`${line}\n`).passed, false, line);
});

test('an engine passes when every container did what it should', () => {
  assert.equal(containerEngine.judge(answer(lines(ran)), context).passed, true);
  for (const [name, value] of Object.entries({
    ran: '42 as process 7',
    memory: 'max',
    volume: '',
    network: '',
    alone: 'lo eth0 ',
    driver: 'vfs',
    security: '[name=seccomp]',
  })) {
    const verdict = containerEngine.judge(answer(lines({ ...ran, [name]: value })), context);
    assert.equal(verdict.passed, false, name);
  }
  const silent = containerEngine.judge(answer(''), context);
  assert.match(silent.seen, /ran: 'nothing', not '42 as process 1'/);
});

test('a container comes back and goes without a trace', () => {
  const judge = (stdout: string) => containerRestarted.judge(answer(stdout), context).passed;
  assert.equal(judge('running=true\nleft=\n'), true);
  assert.equal(judge('running=false\nleft=\n'), false);
  assert.equal(judge('running=true\nleft=abc\n'), false);
  assert.equal(judge(''), false);
});

test('a job passes with the known answers of two workers only', () => {
  const good = { words: '820 40', workers: '2', sums: 'True', survived: '2470' };
  assert.equal(distributedJob.judge(answer(lines(good)), context).passed, true);
  for (const [name, value] of Object.entries({
    words: '819 40',
    workers: '1',
    sums: 'False',
    survived: '',
  })) {
    const verdict = distributedJob.judge(answer(lines({ ...good, [name]: value })), context);
    assert.equal(verdict.passed, false, name);
  }
  const crashed = distributedJob.judge(answer('Traceback\nOSError: no\nexit=1\n'), context);
  assert.match(crashed.seen, /OSError: no/);
});
