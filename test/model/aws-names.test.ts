import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import * as names from '../../scripts/model/aws-names.ts';

const identity: names.ImageIdentity = {
  stream: 'testix-1/cloud-base',
  name: 'Testix-Cloud-Base-1',
  version: '20261122.0',
  architecture: 'amd64',
  content: 'c'.repeat(64),
  raw: '0123456789abcdef'.repeat(4),
};

test('names say what the image is, and bytes are part of them', () => {
  assert.equal(names.imageName(identity), 'Testix-Cloud-Base-1-20261122.0.amd64-0123456789ab');
  assert.deepEqual(names.imageTags(identity), {
    Name: 'Testix-Cloud-Base-1-20261122.0.amd64-0123456789ab',
    'aperiodic:stream': 'testix-1/cloud-base',
    'aperiodic:version': '20261122.0',
    'aperiodic:architecture': 'amd64',
    'aperiodic:raw-sha256': identity.raw,
    'aperiodic:content': identity.content,
  });
  assert.equal(
    names.latestPointer('/aperiodic', identity.stream, 'amd64'),
    '/aperiodic/testix-1/cloud-base/amd64/latest',
  );
  assert.equal(
    names.versionPointer('/aperiodic', identity.stream, identity.version, 'arm64'),
    '/aperiodic/testix-1/cloud-base/20261122.0/arm64',
  );
});

test('a name that AWS would refuse is refused', () => {
  for (const name of ['Testix:1', 'Tëstix', 'x'.repeat(100)])
    assert.throws(() => names.imageName({ ...identity, name }), { code: 'invalid', message: /stream\.yaml/ });
});

test('every name that stream.yaml may have gives a name that AWS takes', () => {
  const allowed = fc.stringMatching(/^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$/).filter((name) => name.length <= 60);
  fc.assert(
    fc.property(allowed, (name) => {
      const made = names.imageName({ ...identity, name, architecture: 'aarch64', version: '20261122.9999' });
      assert.match(made, /^[A-Za-z0-9()[\] ./'@_-]{3,128}$/);
    }),
  );
});

test('tokens differ by purpose, region and bytes, and by nothing that can change between runs', () => {
  const token = names.clientToken('copy', 'eu-central-1', identity);
  assert.match(token, /^[0-9a-f]{64}$/);
  assert.equal(names.clientToken('copy', 'eu-central-1', { ...identity, name: 'X', content: 'y' }), token);
  const others = [
    names.clientToken('snapshot', 'eu-central-1', identity),
    names.clientToken('copy', 'us-east-1', identity),
    names.clientToken('copy', 'eu-central-1', { ...identity, raw: 'f'.repeat(64) }),
    names.clientToken('copy', 'eu-central-1', { ...identity, version: '20261122.1' }),
    names.clientToken('copy', 'eu-central-1', { ...identity, architecture: 'x86_64' }),
  ];
  assert.equal(new Set([token, ...others]).size, 6);
});

test('architectures and boot modes in the words of AWS', () => {
  assert.deepEqual(
    (['amd64', 'x86_64', 'arm64', 'aarch64'] as const).map((word) => [
      names.awsArchitecture(word),
      names.bootMode(word),
    ]),
    [
      ['x86_64', 'uefi-preferred'],
      ['x86_64', 'uefi-preferred'],
      ['arm64', 'uefi'],
      ['arm64', 'uefi'],
    ],
  );
});
