import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probeAccelerator, probeSector } from '../../../scripts/adapters/qemu/probe.ts';

test('the probe is a boot sector', () => {
  const sector = probeSector();
  assert.equal(sector.length, 512);
  assert.deepEqual([...sector.subarray(510)], [0x55, 0xaa]);
  assert.equal(sector[0], 0xfa); // cli
});

test('emulation runs the probe', async () => {
  assert.equal(await probeAccelerator('tcg', 'qemu-system-x86_64'), true);
});

test('an emulator that is not installed is a missing tool', async () => {
  await assert.rejects(probeAccelerator('tcg', 'qemu-system-nothing'), { code: 'missing-tool' });
});
