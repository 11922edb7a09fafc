import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { storeXz } from '../../../../scripts/render/lxd/store-xz.ts';

function unpack(file: Uint8Array): Buffer {
  return execFileSync('xz', ['--decompress', '--stdout', '--quiet'], { input: file, stdio: 'pipe' });
}

test('xz takes what was stored, of any length', () => {
  const content = fc.uint8Array({ minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(content, (bytes) => assert.deepEqual(unpack(storeXz(bytes)), Buffer.from(bytes))),
    { numRuns: 40 },
  );
  for (const length of [65_535, 65_536, 65_537, 200_000]) {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 251));
    assert.ok(unpack(storeXz(bytes)).equals(bytes), `${length}`);
  }
});

test('xz refuses it when a byte changed, wherever', () => {
  const file = storeXz(Buffer.from('a few bytes'));
  for (const at of file.keys()) {
    const changed = Buffer.from(file);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => unpack(changed), `byte ${at}`);
  }
});
