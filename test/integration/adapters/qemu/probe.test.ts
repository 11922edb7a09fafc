import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probeAccelerator, probeKernel, probeSector } from '../../../../scripts/adapters/qemu/probe.ts';

test('the probe is a boot sector', () => {
  const sector = probeSector();
  assert.equal(sector.length, 512);
  assert.deepEqual([...sector.subarray(510)], [0x55, 0xaa]);
  assert.equal(sector[0], 0xfa); // cli
});

test('the probe of an ARM machine ends with a call to its firmware, and waits', () => {
  const kernel = probeKernel();
  assert.equal(kernel.readUInt32LE(kernel.length - 8), 0xd4000002); // hvc #0
  assert.equal(kernel.readUInt32LE(kernel.length - 4), 0x14000000); // b .
});

test('emulation runs the probe', async () => {
  assert.equal(await probeAccelerator('tcg', 'x86_64'), true);
});

test('an emulator that is not installed is a missing tool', async () => {
  await assert.rejects(probeAccelerator('tcg', 'x86_64', 'qemu-system-nothing'), { code: 'missing-tool' });
});
