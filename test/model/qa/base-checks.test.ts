/** Judges of the checks that follow Fedora's release criteria, and of what an instance shows to the world. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import type { Answer } from '../../../scripts/model/qa/check.ts';
import { guestChecks, outsideChecks } from '../../../scripts/model/qa/checks.ts';
import { renderQaUserData } from '../../../scripts/model/qa/user-data.ts';
import { makeAnswer, makeContext } from './context.ts';
import { packageSteps, shutdown, sockets, steadyAnswers, userData } from './good-answers.ts';

function verdictOf(id: string, answer: string | Answer, context = makeContext()) {
  const check = guestChecks.find((one) => one.id === id);
  assert.ok(check, id);
  return check.judge(typeof answer === 'string' ? makeAnswer(answer) : answer, context);
}

function judge(id: string, answer: string | Answer, context = makeContext()) {
  const { passed, seen } = verdictOf(id, answer, context);
  return `${passed ? 'passed' : 'failed'}: ${seen}`;
}

test('each passes with what a good guest prints, and fails without an answer', () => {
  for (const [id, answer] of Object.entries(steadyAnswers)) {
    assert.match(judge(id, answer), /^passed: ./, id);
    assert.match(judge(id, ''), /^failed: ./, id);
  }
});

test('figures have the names that the check says it measures', () => {
  for (const [id, answer] of Object.entries(steadyAnswers)) {
    const { measures = {} } = guestChecks.find((one) => one.id === id) ?? {};
    assert.deepEqual(Object.keys(verdictOf(id, answer).figures ?? {}), Object.keys(measures), id);
  }
});

test('memory in use is what is not available, and the stream may limit it', () => {
  const meminfo = steadyAnswers['memory-used'];
  assert.deepEqual(verdictOf('memory-used', meminfo).figures, { usedMiB: 215 });
  const context = makeContext();
  context.job.limits.memoryMiB = 214;
  assert.equal(judge('memory-used', meminfo, context), 'failed: 215 of 214 MiB');
  context.job.limits.memoryMiB = 215;
  assert.equal(judge('memory-used', meminfo, context), 'passed: 215 of 215 MiB');
});

test('the time of the boot is told in seconds', () => {
  assert.deepEqual(verdictOf('boot-time', steadyAnswers['boot-time']).figures, {
    kernelSeconds: 8.6,
    userspaceSeconds: 103,
  });
  assert.match(
    judge('boot-time', 'UserspaceTimestampMonotonic=8599371\nFinishTimestampMonotonic=0\n'),
    /^failed: systemd does not say/,
  );
});

test('errors of the kernel, denials and crashes fail, and the errors are figures', () => {
  const text = `kernel: EXT4-fs error (device vda3): bad block
denied or crashed: audit: type=1400 apparmor="DENIED" operation="open"
lines=50`;
  const { passed, seen, figures } = verdictOf('base-startup', text);
  assert.equal(passed, false);
  assert.match(seen, /^kernel: EXT4-fs error.*\ndenied or crashed: audit: .*DENIED/);
  assert.deepEqual(figures, { kernelErrors: ['EXT4-fs error (device vda3): bad block'] });
  const machine =
    'kernel: ..MP-BIOS bug: 8254 timer not connected to IO-APIC\nkernel: Early cacheinfo failed, ret = -2\nkernel: RETBleed: WARNING: Spectre v2 mitigation leaves CPU vulnerable\nlines=50';
  assert.match(judge('base-startup', machine), /^passed/);
  assert.equal(judge('base-startup', 'lines=0'), 'failed: the journal of the boot cannot be read');
});

test('only ssh and the DHCP client are reachable', () => {
  assert.deepEqual(verdictOf('listening-ports', sockets).figures, { listening: ['tcp 22', 'udp 68'] });
  const multicast = `${sockets}udp UNCONN 0      0             0.0.0.0:5355 0.0.0.0:*
tcp LISTEN 0      4096             [::]:5355    [::]:*
tcp LISTEN 0      4096      *:8080    *:*
`;
  assert.equal(judge('listening-ports', multicast), 'failed: tcp 5355\ntcp 8080\nudp 5355');
  assert.equal(judge('listening-ports', 'State Recv-Q'), 'failed: the ssh server is not seen');
  assert.match(judge('listening-ports', makeAnswer(sockets, { exitCode: 127 })), /^failed/);
});

test('keys that nobody gave and host keys that others can read fail', () => {
  const good = steadyAnswers['authorized-keys'];
  assert.equal(judge('authorized-keys', good), 'passed: keys of root, debian, aperiodic-extra; 1 host keys');
  const strange = `${good}key: strange games\n`;
  assert.equal(judge('authorized-keys', strange), 'failed: games has a key that was not given');
  const context = makeContext();
  context.spec.sshKeys.push({ user: 'games', key: 'ssh-ed25519 AAAA' });
  assert.match(judge('authorized-keys', strange, context), /^passed/);
  assert.equal(
    judge('authorized-keys', good.replace('600 root', '644 games')),
    'failed: /etc/ssh/ssh_host_ed25519_key has mode 644 and belongs to games',
  );
});

test('a store of certificates that programs cannot use fails', () => {
  const good = steadyAnswers['trust-store'];
  assert.equal(judge('trust-store', good.replace('148', '0')), 'failed: python3 loads 0');
  assert.equal(judge('trust-store', good.replace('148', '')), 'failed: python3 loads none');
  assert.equal(
    judge('trust-store', 'loaded=148\nverified=error a.pem: verification failed\n'),
    'failed: openssl: error a.pem: verification failed',
  );
});

test('each part of the user data is looked for', () => {
  const wrong = userData.replace('640 root:adm', '644 root:root').replace(/^sudo=root$/m, 'sudo=');
  assert.equal(
    judge('user-data-applied', wrong),
    "failed: text mode: '644 root:root', not '640 root:adm'\nsudo: '', not 'root'",
  );
  assert.match(judge('user-data-applied', userData.replace('qa.internal', 'qa')), /^failed: full hostname/);
  assert.equal(judge('user-data-once', '2\n'), 'failed: 2 times');
});

test('the user data is settings and a script, whatever is in the values', () => {
  const text = renderQaUserData({ publicKey: 'ssh-ed25519 AAAA comment\n', hostname: 'guest: "x"' });
  assert.match(text, /^#cloud-config-archive\n/);
  const parts = load(text);
  assert.ok(Array.isArray(parts) && parts.length === 2);
  assert.match(parts[0].content, /^#cloud-config\n/);
  const settings = new Map(Object.entries(Object(load(parts[0].content))));
  assert.deepEqual(settings.get('ssh_authorized_keys'), ['ssh-ed25519 AAAA comment']);
  assert.deepEqual(settings.get('ssh_genkeytypes'), ['ed25519']);
  assert.equal(settings.get('fqdn'), 'guest: "x".internal');
  assert.equal(parts[1].type, 'text/x-shellscript');
  assert.match(parts[1].content, /^#!\/bin\/sh\n/);
});

test('a user of the user data who gets no shell fails', async () => {
  const check = outsideChecks.find(({ id }) => id === 'user-data-login');
  assert.ok(check);
  const probe = async (exitCode: number, stdout: string) =>
    await check.probe({
      tryLogin: async () => ({ exitCode, stdout, stderr: '' }),
      serialTail: async () => '',
    });
  assert.equal((await probe(0, 'uid=1001(aperiodic-extra) gid=1001')).passed, true);
  assert.equal((await probe(0, 'uid=1000(debian)')).passed, false);
  assert.equal((await probe(255, '')).passed, false);
});

test('a message that does not reach the journal fails', () => {
  assert.equal(judge('system-logging', '-- No entries --\n'), 'failed: -- No entries --');
});

test('a service that does not obey or is forgotten fails', () => {
  const before = steadyAnswers['service-manipulation'];
  assert.equal(
    judge('service-manipulation', before.replace('started_masked=inactive', 'started_masked=active')),
    'failed: started masked: active, not inactive',
  );
  assert.equal(
    judge('service-manipulation', before.replace('restarted=active\n', '')),
    'failed: restarted: nothing, not active',
  );
  assert.equal(
    judge(
      'service-manipulation-again',
      steadyAnswers['service-manipulation-again'].replace('=active', '=failed'),
    ),
    'failed: state: failed, not active',
  );
});

test('a step of the package manager that goes wrong is named', () => {
  const id = 'package-lifecycle';
  assert.equal(
    judge(id, packageSteps.replace('updated=2.0', 'updated=1.0')),
    "failed: updated: '1.0', not '2.0'",
  );
  assert.match(judge(id, packageSteps.replace('audit=', 'audit=half installed')), /^failed: audit: 'half/);
  assert.equal(
    judge(id, `${packageSteps}E: Unable to locate package\nfailed: apt-get upgrade\n`),
    'failed: E: Unable to locate package\nfailed: apt-get upgrade',
  );
  assert.equal(
    judge(id, packageSteps.replace('changed by the user', 'default')),
    "failed: kept settings: 'default', not 'changed by the user'",
  );
});

test('a disk that was repaired and a journal that was cut short fail', () => {
  const id = 'clean-shutdown';
  assert.match(judge(id, shutdown), /^passed: fsck: root: clean,.*\njournal of 2 boots/);
  assert.match(judge(id, shutdown.replace(/^fsck.*\n/m, '')), /^passed: journal of 2 boots/);
  assert.equal(
    judge(id, `${shutdown}kernel: EXT4-fs (vda3): recovery complete\n`),
    'failed: kernel: EXT4-fs (vda3): recovery complete',
  );
  assert.equal(
    judge(id, shutdown.replace('clean,', 'recovering journal')),
    'failed: fsck: root: recovering journal 17215/493680 files, 261244/1556987 blocks',
  );
  assert.equal(
    judge(id, shutdown.replace('Journal stopped', 'Started x')),
    "failed: the journal of the boot before ends with 'Started x'",
  );
  const vfat = 'kernel: FAT-fs (vda2): Volume was not properly unmounted. Some data may be corrupt.';
  assert.equal(judge(id, `${shutdown}${vfat}\n`), `failed: ${vfat}`);
  assert.match(judge(id, shutdown.replace('boots=2', 'boots=1')), /^failed: the journal does not reach/);
  assert.match(judge(id, shutdown.replace(/^message=.*$/m, 'message=')), /^failed: what was logged/);
});

test('a second kernel that is not first in the menu, not started or not removed fails', () => {
  const installed = steadyAnswers['second-kernel'];
  assert.match(
    judge('second-kernel', installed),
    /^passed: 7.1.0-56-cloud-amd64, initial RAM disk made, first/,
  );
  assert.match(
    judge('second-kernel', installed.replace('code=0', 'code=1')),
    /^failed: dpkg ended with exit code 1/,
  );
  assert.equal(
    judge('second-kernel', installed.replace('size=15313307', 'size=')),
    'failed: it has no initial RAM disk',
  );
  assert.equal(
    judge('second-kernel', installed.replace('vmlinuz-7', 'vmlinuz-6')),
    'failed: the boot menu begins with /boot/vmlinuz-6.1.0-56-cloud-amd64',
  );
  const started = steadyAnswers['second-kernel-boots'];
  assert.equal(
    judge('second-kernel-boots', started.replace('vmlinuz-7', 'vmlinuz-6')),
    'failed: started /boot/vmlinuz-6.1.0-56-cloud-amd64',
  );
  const removed = steadyAnswers['second-kernel-removed'];
  assert.equal(
    judge(
      'second-kernel-removed',
      removed.replace('left=', 'left=/boot/initrd.img-7').replace('entries=0', 'entries=3'),
    ),
    'failed: left: /boot/initrd.img-7\nthe boot menu still names it',
  );
  assert.match(judge('second-kernel-removed', removed.replace('code=0', 'code=1')), /^failed: dpkg ended/);
});
