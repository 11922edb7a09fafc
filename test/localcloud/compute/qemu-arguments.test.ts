import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GuestPlan } from '../../../scripts/localcloud/compute/hypervisor.ts';
import {
  instanceArguments,
  relayCommand,
  systemUuid,
} from '../../../scripts/localcloud/compute/qemu-arguments.ts';

const plan: GuestPlan = {
  folder: '/state/instances/i-0123456789abcdef0',
  processor: 'x86_64',
  firmware: 'uefi',
  vcpus: 2,
  memory: 1024,
  instanceId: 'i-0123456789abcdef0',
  instanceType: 't3.micro',
  mac: '02:00:00:00:00:01',
  disks: [
    { volumeId: 'vol-0123456789abcdef0', file: '/a,b/root.raw' },
    { volumeId: 'vol-0123456789abcdef1', file: '/a,b/data.raw' },
  ],
  metadataPort: 4567,
  forwardSsh: true,
};
const files = {
  accelerator: 'tcg',
  serialLog: '/a,b/serial.log',
  sshPort: 0,
  firmwareCode: '/firmware/code.fd',
  firmwareVariables: '/state/variables.fd',
} as const;

const text = (more: Partial<GuestPlan> = {}) => instanceArguments({ ...plan, ...more }, files).join(' ');

describe('the command line of an instance', () => {
  test('shows EC2 in the tables of the firmware', () => {
    assert.match(
      systemUuid(plan.instanceId),
      /^ec2[0-9a-f]{5}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.match(text(), /type=0,vendor=Amazon EC2/);
    assert.match(text(), /type=1,manufacturer=Amazon EC2,product=t3\.micro,uuid=ec2[^ ,]+,serial=ec2/);
    assert.match(text(), /type=2,manufacturer=Amazon EC2,asset=i-0123456789abcdef0/);
    assert.match(text(), /type=3,manufacturer=Amazon EC2/);
  });

  test('has its volumes on NVMe, the root first, with their ids as serials', () => {
    assert.match(
      text(),
      /nvme,drive=vol0123456789abcdef0,serial=vol0123456789abcdef0,id=vol0123456789abcdef0-device,bootindex=0 /,
    );
    assert.equal(text().match(/bootindex/g)?.length, 1);
    assert.match(text(), /filename=\/a,,b\/data\.raw,/);
  });

  test('reaches the metadata service, and is reached by ssh only when that is allowed', () => {
    assert.match(text(), /guestfwd=tcp:169\.254\.169\.254:80-cmd:\/bin\/bash/);
    assert.match(text(), /hostfwd=tcp:127\.0\.0\.1:0-:22/);
    assert.doesNotMatch(text({ forwardSsh: false }), /hostfwd/);
    assert.match(relayCommand(4567), /\/dev\/tcp\/127\.0\.0\.1\/4567 /);
  });

  test('has firmware as the image wants it', () => {
    assert.match(text(), /pflash,format=raw,readonly=on,file=\/firmware\/code\.fd/);
    assert.match(text(), /pc-q35/);
    assert.doesNotMatch(text({ firmware: 'bios' }), /pflash|pcie-root-port/);
  });
});
