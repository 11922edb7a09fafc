import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type GuestPlan, guestArguments, quoteValue } from '../../../scripts/adapters/qemu/arguments.ts';
import { sshArguments } from '../../../scripts/adapters/ssh/client.ts';

const plan: GuestPlan = {
  processor: 'x86_64',
  accelerator: 'tcg',
  firmware: 'bios',
  overlay: '/a,b/disk.qcow2',
  seed: '/a,b/seed.img',
  serialLog: '/a,b/serial.log',
  qmpSocket: '/tmp/x/qmp',
};

test('machine types are fixed, one for each firmware', () => {
  const machine = (change: Partial<GuestPlan>) => {
    const args = guestArguments({ ...plan, ...change });
    return args[args.indexOf('-machine') + 1];
  };
  assert.match(machine({}) ?? '', /^pc-i440fx-\d/);
  assert.match(machine({ firmware: 'uefi' }) ?? '', /^pc-q35-\d/);
});

test('an ARM machine has no screen, and an emulated processor is named', () => {
  const text = guestArguments({ ...plan, processor: 'aarch64', firmware: 'uefi' }).join(' ');
  assert.match(text, /-machine virt-\d[^ ]*,gic-version=max .*-cpu cortex-a72/);
  assert.doesNotMatch(text, /-vga/);
  const kvm = guestArguments({ ...plan, processor: 'aarch64', firmware: 'uefi', accelerator: 'kvm' });
  assert.match(kvm.join(' '), /-accel kvm -cpu host/);
  assert.doesNotMatch(kvm.join(' '), /cortex/);
});

test('UEFI brings firmware that is only read and variables of its own', () => {
  const files = { firmwareCode: '/fw/CODE.fd', firmwareVariables: '/run/vars.fd' };
  const text = guestArguments({ ...plan, firmware: 'uefi', ...files }).join(' ');
  assert.match(text, /if=pflash,format=raw,readonly=on,file=\/fw\/CODE\.fd/);
  assert.match(text, /if=pflash,format=raw,file=\/run\/vars\.fd/);
  assert.doesNotMatch(guestArguments({ ...plan, ...files }).join(' '), /pflash/);
});

test('a comma in a path begins no option', () => {
  assert.equal(quoteValue('a,readonly=off'), 'a,,readonly=off');
  const text = guestArguments(plan).join(' ');
  assert.doesNotMatch(text, /a,b/);
  assert.match(text, /file=\/a,,b\/disk\.qcow2/);
});

test('a data disk comes after the others, by its serial number', () => {
  const dataDisk = { file: '/a,b/volume.raw', serial: 'some-data' };
  const text = guestArguments({ ...plan, dataDisk }).join(' ');
  assert.match(
    text,
    /drive=seed .*file=\/a,,b\/volume\.raw -device virtio-blk-pci,drive=data,serial=some-data/,
  );
  assert.doesNotMatch(guestArguments(plan).join(' '), /id=data/);
});

test('ssh reaches the guest on the loopback only', () => {
  assert.match(guestArguments(plan).join(' '), /hostfwd=tcp:127\.0\.0\.1:0-:22/);
});

test('the ssh client takes nothing of its user, and a key only when told', () => {
  const target = { port: 22022, user: 'debian', folder: '/with space/100%' };
  const withKey = sshArguments(target, 'with-key');
  assert.deepEqual(withKey.slice(0, 5), ['-F', 'none', '-T', '-p', '22022']);
  assert.ok(withKey.includes('IdentityFile="/with space/100%%/key"'));
  assert.ok(withKey.includes('UserKnownHostsFile="/with space/100%%/known_hosts"'));
  assert.ok(withKey.includes('IdentityAgent=none'));
  assert.ok(sshArguments(target, 'without-key').includes('IdentityFile=none'));
});
