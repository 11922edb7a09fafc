import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec } from '../../../../scripts/adapters/host/exec.ts';

const shell = (script: string, options = {}) => exec('sh', ['-c', script], options);

test('output is whole, and lines come by stream', async () => {
  const lines: string[] = [];
  const { stdout, stderr } = await shell('head -c 300000 /dev/zero; echo; echo one >&2; printf two', {
    onLine: (line: string, stream: string) => lines.push(`${stream} ${line.replaceAll('\0', '')}`),
  });
  assert.equal(stdout.length, 300_004);
  assert.equal(stderr, 'one\n');
  assert.deepEqual(lines.sort(), ['stderr one', 'stdout ', 'stdout two']);
});

test('what fails is told with its code, its end and its last words', async () => {
  await assert.rejects(shell('echo first; echo last >&2; exit 4', { failure: 'build-failed', what: 'x' }), {
    code: 'build-failed',
    message: 'x: sh ended with exit code 4',
    detail: 'last',
  });
  await assert.rejects(exec('no-such-program', []), { code: 'missing-tool' });
  await assert.rejects(shell('exec sleep 60', { timeoutSeconds: 0.2 }), {
    message: /did not end within 0\.2 s/,
  });
  await assert.rejects(shell('echo "cp: No space left on device" >&2; exit 1'), { code: 'disk-full' });
  assert.equal((await shell('exit 3', { accept: [0, 3] })).exitCode, 3);
});

test('a listener that throws ends the program, and its error is what the caller sees', async () => {
  const onLine = () => {
    throw new Error('enough');
  };
  await assert.rejects(shell('echo x; sleep 60', { onLine }), { message: 'enough' });
});

test('a program without an end to its output is ended', async () => {
  await assert.rejects(shell('cat /dev/zero'), { code: 'internal', message: 'sh printed more than 64 MiB' });
});

test('a program that somebody else ended has a code of its own where one is asked for', async () => {
  const killed = { failure: 'qa-failed', killed: 'host-failed' } as const;
  await assert.rejects(exec('sh', ['-c', 'kill -KILL $$'], killed), {
    code: 'host-failed',
    message: /SIGKILL/,
  });
  await assert.rejects(exec('sh', ['-c', 'kill -KILL $$'], { failure: 'qa-failed' }), { code: 'qa-failed' });
  await assert.rejects(exec('sh', ['-c', 'exit 3'], killed), { code: 'qa-failed' });
  await assert.rejects(exec('sleep', ['60'], { ...killed, timeoutSeconds: 0.2 }), { code: 'qa-failed' });
});
