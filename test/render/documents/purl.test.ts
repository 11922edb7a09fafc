import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatPurl } from '../../../scripts/render/documents/purl.ts';
import { pin } from '../yaml-files.ts';

const stream = 'debian-12/cloud-base';

test('colons stay, plus signs and carets are encoded, tildes are not', () => {
  const purl = (name: string, version: string) =>
    formatPurl('deb', { name, version, architecture: 'amd64' }, stream);
  assert.equal(
    purl('bsdutils', '1:2.38.1-5+deb12u3'),
    'pkg:deb/debian/bsdutils@1:2.38.1-5%2Bdeb12u3?arch=amd64&distro=debian-12',
  );
  assert.equal(
    purl('libstdc++6', '12.2~rc1^git_1'),
    'pkg:deb/debian/libstdc%2B%2B6@12.2~rc1%5Egit_1?arch=amd64&distro=debian-12',
  );
  assert.match(purl('Upper', '1'), /^pkg:deb\/debian\/upper@1\?/);
});

test('vendor and distribution come from the stream', () => {
  const { length } = 'pkg:deb/';
  const of = (id: string) =>
    formatPurl('deb', { name: 'a', version: '1', architecture: 'all' }, id).slice(length);
  assert.equal(of('fedora-44/cloud-base'), 'fedora/a@1?arch=all&distro=fedora-44');
  assert.equal(of('opensuse-leap-15/big-data'), 'opensuse/a@1?arch=all&distro=opensuse-leap-15');
  assert.equal(of('sid/cloud-base'), 'sid/a@1?arch=all&distro=sid');
});

test('whatever the schema allows is an address that says the same again', () => {
  fc.assert(
    fc.property(pin, (value) => {
      const { protocol, pathname, searchParams } = new URL(formatPurl('deb', value, stream));
      const [, , rest = ''] = pathname.split('/');
      assert.equal(protocol, 'pkg:');
      assert.deepEqual(rest.split('@').map(decodeURIComponent), [value.name.toLowerCase(), value.version]);
      assert.equal(searchParams.get('arch'), value.architecture);
    }),
  );
});
