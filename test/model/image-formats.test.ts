import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { assertKind, formatName, kindOfFormats, rawName } from '../../scripts/model/image-formats.ts';

test('formats have one kind, and names', () => {
  assert.equal(kindOfFormats(['qcow2', 'raw.zst']), 'disk');
  assert.equal(kindOfFormats(['oci']), 'container');
  assert.throws(() => kindOfFormats(['oci', 'qcow2']), /mix those of a disk/);
  assert.equal(formatName('a', 'docker-archive'), 'a.docker.tar');
  assert.equal(formatName('a', 'raw.zst'), 'a.raw.zst');
  assert.equal(rawName('a', ['oci']), 'a.layer.tar');
  assert.equal(rawName('a', ['qcow2']), 'a.raw');
});

test('a kickstart of the other kind is refused by its name', () => {
  assertKind('container', ['oci'], 'k.ks');
  for (const [kind, formats, text] of [
    ['disk', ['oci'], /write 'bootloader --disabled'/],
    ['container', ['qcow2'], /describes a container/],
  ] as const) {
    assert.throws(
      () => assertKind(kind, formats, 'k.ks'),
      (error) => error instanceof AperiodicError && error.file === 'k.ks' && text.test(error.message),
    );
  }
});
