/** Checks of what an image is for: who gets them, and what they make of answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOf, countChecks, guestChecks } from '../../../scripts/model/qa/checks.ts';
import { containerEngine, containerRestarted } from '../../../scripts/model/qa/guest/container-engine.ts';
import { distributedJob } from '../../../scripts/model/qa/guest/distributed-jobs.ts';
import { makeContext } from './context.ts';

const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', seconds: 1, receivedAt: 0 });
const context = makeContext();

test('only images whose stream names a purpose get its checks', () => {
  const ids = (purposes: Parameters<typeof checksOf>[3]) =>
    checksOf(guestChecks, 'bios', 'after-boot', purposes).map(({ id }) => id);
  assert.ok(!ids([]).includes('container-engine'));
  assert.ok(ids(['container-engine']).includes('container-engine'));
  assert.ok(!ids(['container-engine']).includes('distributed-job'));
  assert.equal(countChecks('bios', ['container-engine']), countChecks('bios') + 2);
  assert.equal(countChecks('bios', ['distributed-jobs']), countChecks('bios') + 1);
  assert.equal(countChecks('uefi', ['distributed-jobs']), countChecks('uefi'));
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
