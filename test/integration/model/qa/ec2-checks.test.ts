import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { renderUserData } from '../../../../scripts/model/launch.ts';
import type { Answer, GuestContext } from '../../../../scripts/model/qa/check.ts';
import { checksOf, guestChecks, outsideChecks } from '../../../../scripts/model/qa/checks.ts';
import { makeAnswer, makeContext } from '../../../model/qa/context.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey aperiodic';
const instance = {
  id: 'i-0123456789abcdef0',
  ami: 'ami-0123456789abcdef0',
  region: 'eu-central-1',
  user: 'debian',
  publicKey: key,
  mark: 'a'.repeat(32),
};

function judge(
  id: string,
  answer: string | Answer,
  context: GuestContext = makeContext({ guest: 'ec2', instance }),
) {
  const check = guestChecks.find((one) => one.id === id);
  assert.ok(check, id);
  const { passed, seen } = check.judge(typeof answer === 'string' ? makeAnswer(answer) : answer, context);
  return `${passed ? 'passed' : 'failed'}: ${seen}`;
}

test('the metadata service must refuse whoever has no token, and be that of this instance', () => {
  const good = `without=401\ninstance=${instance.id}\nami=${instance.ami}\n`;
  assert.match(judge('imds-token-required', good), /^passed/);
  assert.equal(judge('imds-token-required', good.replace('401', '200')), 'failed: without a token: 200');
  assert.match(judge('imds-token-required', ''), /no answer\ninstance: none, not i-.*\nAMI: none/);
});

test('cloud-init must name the cloud and the region of the launch', () => {
  const good = 'source=aws\nplatform=ec2\nregion=eu-central-1\nclass=DataSourceEc2Local\n';
  assert.equal(judge('ec2-datasource', good), 'passed: DataSourceEc2Local, aws, eu-central-1');
  assert.match(judge('ec2-datasource', good.replace('central', 'west')), /failed: region: eu-west-1, not/);
  assert.match(judge('ec2-datasource', good.replace('Ec2Local', 'None')), /failed: data source/);
});

test('another key, or the key where it lets root in, is found', () => {
  const told = `no-port-forwarding,command="echo 'Please login as the user debian';sleep 10" ${key}`;
  const good = `key: debian # a comment\nkey: debian ${key}\nkey: root ${told}\n`;
  assert.match(judge('only-launch-key', good), /^passed/);
  assert.match(judge('only-launch-key', `${good}key: root ${key}\n`), /^failed: root: ssh-ed25519/);
  const other = key.replace('IKey', 'IOther');
  assert.match(judge('only-launch-key', `${good}key: debian ${other}\n`), /^failed: debian: /);
  assert.match(judge('only-launch-key', ''), /failed: debian has no key of the launch/);
  const context = makeContext({ guest: 'ec2', instance });
  const asked = { ...context, spec: { ...context.spec, sshKeys: [{ user: 'ops', key: other }] } };
  assert.match(judge('only-launch-key', `${good}key: ops ${other}\n`, asked), /^passed/);
});

test('host name, mark and root disk', () => {
  assert.equal(
    judge('hostname-from-metadata', 'wanted=ip-10-0-0-1.ec2.internal\nname=ip-10-0-0-1\n'),
    'passed: ip-10-0-0-1',
  );
  assert.match(judge('hostname-from-metadata', 'wanted=\nname=a\n'), /^failed: the metadata names no host/);
  assert.match(judge('hostname-from-metadata', 'wanted=b\nname=a\n'), /^failed: a, not b/);
  assert.match(judge('user-data-ran', `${instance.mark}\n`), /^passed/);
  assert.match(judge('user-data-ran', makeAnswer('', { stderr: 'No such file' })), /^failed: No such file/);
  assert.match(judge('root-on-nvme', '/dev/nvme0n1p3\n'), /^passed/);
  assert.match(judge('root-on-nvme', '/dev/vda3\n'), /^failed/);
});

test('the host key must be on the console', async () => {
  const check = outsideChecks.find(({ id }) => id === 'host-key-on-console');
  assert.ok(check);
  const tryLogin = async () => ({
    exitCode: 0,
    stdout: 'uid=1000',
    stderr: 'debug1: Server host key: ssh-ed25519 SHA256:abc+/1\n',
  });
  const probe = (console: string) => check.probe({ tryLogin, serialTail: async () => console });
  const good = '<14>Nov 22 ec2: 256 SHA256:abc+/1 root@ip (ED25519)\n';
  assert.deepEqual(await probe(good), { passed: true, seen: 'SHA256:abc+/1' });
  assert.equal((await probe(good.replace('abc', 'abd'))).passed, false);
  assert.equal((await probe('')).seen, 'SHA256:abc+/1; the console has none');
});

test('the scripts for an instance are bash that parses, and only it runs them', () => {
  const own = checksOf(guestChecks, 'ec2', 'after-boot', { payload: 'deb' });
  for (const check of own)
    execFileSync('bash', ['-n'], { input: check.script(makeContext({ guest: 'ec2', instance })) });
  const ids = new Set(checksOf(guestChecks, 'bios', 'after-boot', { payload: 'deb' }).map(({ id }) => id));
  assert.ok(own.filter(({ id }) => !ids.has(id)).length >= 6);
});

test('user data is an archive of settings and a script', () => {
  const text = renderUserData('mark');
  const [first = '', ...rest] = text.split('\n');
  assert.equal(first, '#cloud-config-archive');
  const parts: unknown = JSON.parse(rest.join('\n'));
  assert.ok(Array.isArray(parts));
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['text/cloud-config', 'text/x-shellscript'],
  );
  assert.match(
    parts[0].content,
    /"systemd-run --quiet \S+DefaultDependencies=no --on-active=60min systemctl poweroff [^"]*&"/,
  );
});
