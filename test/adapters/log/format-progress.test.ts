import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  formatBytes,
  formatDuration,
  formatProgress,
} from '../../../scripts/adapters/log/format-progress.ts';

it('bytes are shown in powers of 1024', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [101_711_872, '97.0 MiB'],
    [5 * 1024 ** 5, '5120.0 TiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

it('durations never show 60 of the smaller unit', () => {
  const cases: [number, string][] = [
    [-1, '0.0 s'],
    [420, '0.4 s'],
    [59_900, '59.9 s'],
    [59_990, '1 min 00 s'],
    [123_400, '2 min 03 s'],
    [3_599_700, '1 h 00 min'],
    [7_320_000, '2 h 02 min'],
  ];
  for (const [milliseconds, text] of cases) assert.equal(formatDuration(milliseconds), text);
});

it('progress names percent only when the total is known', () => {
  assert.equal(formatProgress({ done: 12, total: 208, unit: 'packages' }), '5%, 12 of 208 packages');
  assert.equal(formatProgress({ done: 3, total: undefined, unit: 'steps' }), '3 steps');
  assert.equal(formatProgress({ done: 2048, total: 4096, unit: 'bytes' }), '50%, 2.0 KiB of 4.0 KiB');
  assert.equal(formatProgress({ done: 0, total: 0, unit: 'checks' }), '0 checks');
  assert.equal(formatProgress({ done: 9, total: 8, unit: 'checks' }), '100%, 9 of 8 checks');
});
