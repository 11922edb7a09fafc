import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseUriLine } from '../../../scripts/adapters/deb/solve.ts';
import type { DebSource } from '../../../scripts/adapters/deb/sources.ts';

const sha256 = 'ab'.repeat(32);

function sourceOf(id: string, uri: string): DebSource {
  const repository = { id, type: 'deb' as const, suites: ['s'], components: ['main'], keyring: 'k.gpg' };
  return { repository, uri, keyring: '/k.gpg', from: 'configuration' };
}

const sources = [
  sourceOf('debian', 'https://mirror.example/debian'),
  sourceOf('security', 'https://mirror.example/debian-security'),
  sourceOf('inner', 'https://mirror.example/debian/inner'),
];

test('a line of apt becomes a pin without a host', () => {
  const cases = [
    [
      `'https://mirror.example/debian/pool/main/v/vim/vim-tiny_9.0.1378-2%2bdeb12u2_amd64.deb' vim-tiny_2%3a9.0.1378-2+deb12u2_amd64.deb 720276 SHA256:${sha256}`,
      [
        'vim-tiny',
        '2:9.0.1378-2+deb12u2',
        'amd64',
        720276,
        'debian',
        'pool/main/v/vim/vim-tiny_9.0.1378-2+deb12u2_amd64.deb',
      ],
    ],
    [
      `'https://mirror.example/debian-security/pool/ca_20250419~deb12u2_all.deb' ca-certificates_20250419~deb12u2_all.deb 160948 SHA256:${sha256}`,
      ['ca-certificates', '20250419~deb12u2', 'all', 160948, 'security', 'pool/ca_20250419~deb12u2_all.deb'],
    ],
    [
      `'https://mirror.example/debian/inner/./libstdc%2b%2b6_12.2.0-14_amd64.deb' libstdc++6_12.2.0-14_amd64.deb 1 SHA256:${sha256}`,
      ['libstdc++6', '12.2.0-14', 'amd64', 1, 'inner', './libstdc++6_12.2.0-14_amd64.deb'],
    ],
  ] as const;
  for (const [line, expected] of cases) {
    const pin = parseUriLine(line, sources);
    assert.deepEqual([pin.name, pin.version, pin.architecture, pin.size, pin.repository, pin.path], expected);
    assert.equal(pin.sha256, sha256);
  }
});

test('any name and version comes through', () => {
  const word = (characters: string, maxLength: number) =>
    fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
  const lower = 'abcxyz019';
  const name = fc.tuple(word(lower, 1), word(`${lower}+.-`, 20)).map((parts) => parts.join(''));
  const version = fc
    .tuple(fc.option(fc.nat(99)), word('0123456789', 2), word(`${lower}AZ.+~-`, 20))
    .map(([epoch, digit, rest]) => `${epoch === null ? '' : `${epoch}:`}${digit}${rest}`);
  fc.assert(
    fc.property(
      name,
      version,
      fc.constantFrom('amd64', 'all', 'arm64'),
      fc.nat(),
      (n, v, architecture, size) => {
        // As apt's QuoteString does for names of files: a colon and a percent sign, and in addresses a plus too.
        const file = `${n}_${v.replaceAll(':', '%3a')}_${architecture}.deb`;
        const place = `pool/main/${n}_${v.replace(/^\d+:/, '')}_${architecture}.deb`;
        const uri = `https://mirror.example/debian/${place.replaceAll('+', '%2b').replaceAll('~', '%7e')}`;
        const pin = parseUriLine(`'${uri}' ${file} ${size} SHA256:${sha256}`, sources);
        assert.deepEqual(pin, {
          name: n,
          version: v,
          architecture,
          size,
          sha256,
          repository: 'debian',
          path: place,
        });
      },
    ),
  );
});

test('a line without a digest, of no repository, or of another form is a bug and not a pin', () => {
  for (const line of [
    '',
    `'https://mirror.example/debian/a_1_all.deb' a_1_all.deb 1 `,
    `'https://mirror.example/debian/a_1_all.deb' a_1_all.deb 1 MD5Sum:${'ab'.repeat(16)}`,
    `'https://elsewhere.example/debian/a_1_all.deb' a_1_all.deb 1 SHA256:${sha256}`,
    `'https://mirror.example/debianized/a_1_all.deb' a_1_all.deb 1 SHA256:${sha256}`,
    `'https://mirror.example/debian/a_1_all.deb' a_1_all.deb -1 SHA256:${sha256}`,
    `'https://mirror.example/debian/%zz' a_1_all.deb 1 SHA256:${sha256}`,
  ]) {
    assert.throws(() => parseUriLine(line, sources), { code: 'internal' }, line);
  }
});
