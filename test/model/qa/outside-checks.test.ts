import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outside } from '../../../scripts/model/qa/check.ts';
import { outsideChecks } from '../../../scripts/model/qa/checks.ts';
import type { CommandResult } from '../../../scripts/ports.ts';

const denied = (methods: string): CommandResult => ({
  exitCode: 255,
  stdout: '',
  stderr: `debian@127.0.0.1: Permission denied (${methods}).\r\n`,
});
const told: CommandResult = { exitCode: 142, stdout: 'Please login as the user "debian"\n', stderr: '' };
const shell: CommandResult = { exitCode: 0, stdout: 'uid=0(root) gid=0(root)\n', stderr: '' };

async function probe(id: string, guest: Partial<Outside>) {
  const check = outsideChecks.find((one) => one.id === id);
  assert.ok(check, id);
  const { passed, seen } = await check.probe({
    tryLogin: async () => denied('publickey'),
    serialTail: async () => '',
    ...guest,
  });
  return `${passed ? 'passed' : 'failed'}: ${seen}`;
}

test('a server that offers only keys passes', async () => {
  assert.equal(await probe('password-refused', {}), 'passed: refused; offered: publickey');
});

test('a server that offers more, lets in, or says nothing fails', async () => {
  const answer = (result: CommandResult) => probe('password-refused', { tryLogin: async () => result });
  assert.equal(await answer(denied('publickey,password')), 'failed: offered: publickey,password');
  assert.equal(await answer(shell), 'failed: a login without a key was accepted');
  assert.match(
    await answer({ exitCode: 255, stdout: '', stderr: 'Connection reset' }),
    /^failed: no clear refusal/,
  );
});

test('the attempt brings no key and asks for passwords', async () => {
  const calls: unknown[] = [];
  await probe('password-refused', {
    tryLogin: async (options, key) => {
      calls.push(key);
      assert.ok(options.includes('PreferredAuthentications=password,keyboard-interactive'));
      assert.ok(options.includes('PubkeyAuthentication=no'));
      return denied('publickey');
    },
  });
  assert.deepEqual(calls, [undefined]);
});

test('root is turned away without a key and with one', async () => {
  const guest = (withKey: CommandResult, without = denied('publickey')): Partial<Outside> => ({
    tryLogin: async (options, key) => {
      assert.deepEqual(options.slice(0, 2), ['-l', 'root']);
      return key === 'with-key' ? withKey : without;
    },
  });
  assert.match(await probe('root-login-refused', guest(told)), /^passed: .*\nwith the key: Please login/);
  assert.match(await probe('root-login-refused', guest(shell)), /^failed: with the key: uid=0/);
  assert.match(await probe('root-login-refused', guest(told, denied('password'))), /^failed: without a key/);
});

test('the serial console shows a login prompt', async () => {
  const serial = (text: string) => probe('serial-console', { serialTail: async () => text });
  assert.equal(await serial('Debian GNU/Linux 12\n\naperiodic-qa login: \n'), 'passed: aperiodic-qa login:');
  assert.match(await serial('aperiodic-qa login: [   60.1] cloud-init[600]: done'), /^passed/);
  assert.equal(await serial('Loading initial ramdisk ...'), 'failed: no login prompt');
});
