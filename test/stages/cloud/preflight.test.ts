/** Everything that can be known before any effect is told before any effect. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_IDENTITY } from '../../../scripts/localcloud/identities.ts';
import { inspectCloud, preflight } from '../../../scripts/stages/preflight.ts';
import { aws, makeWorld, releaseAll } from '../../support/cloud-world.ts';
import { createFakeCloud } from '../../support/fake-cloud.ts';

const release = {
  stream: 'debian-12/cloud-base',
  name: 'Debian-Cloud-Base-12',
  version: '20261122.0',
  architectures: ['amd64'],
} as const;
const wish = { ...aws, account: DEFAULT_IDENTITY.account, release };

test('an account that can take the release is told so, by reading only', async (t) => {
  const world = await makeWorld(t);
  await preflight(wish, world.ports());
  assert.deepEqual(
    world.local.log().filter(({ access }) => access === 'write'),
    [],
  );
});

test('each thing in the way is a clear error', async (t) => {
  const expired = { ...DEFAULT_IDENTITY, accessKeyId: 'EXPIRED', expired: true };
  const world = await makeWorld(t, { identities: [DEFAULT_IDENTITY, expired] });
  const cases: [Partial<typeof wish>, Parameters<typeof world.local.configure>[1], string, RegExp][] = [
    [
      { account: '999999999999' },
      {},
      'denied',
      /belong to account 123456789012, but .* asks for 999999999999/,
    ],
    [
      { regions: [...aws.regions, 'eu-north-1'] },
      {},
      'not-found',
      /eu-north-1 does not exist or is not enabled/,
    ],
    [{}, { optInStatus: 'not-opted-in' }, 'not-found', /us-east-1 does not exist or is not enabled/],
    [
      {},
      { imageBlockPublicAccess: 'block-new-sharing' },
      'denied',
      /block public access is on for AMIs in us-east-1/,
    ],
    [{}, { snapshotBlockPublicAccess: 'block-new-sharing' }, 'denied', /on for EBS snapshots in us-east-1/],
    [{}, { ebsEncryptionByDefault: true }, 'denied', /encryption by default is on in us-east-1/],
    [{}, { publicImages: 0 }, 'quota', /us-east-1 has 0 of 0 public AMIs and 1 more are to come/],
    [
      {},
      { snapshots: 0 },
      'quota',
      /us-east-1 has 0 of 0 snapshots and 1 more are to come: .*'Snapshots per Region'/,
    ],
  ];
  for (const [change, settings, code, message] of cases) {
    await world.local.configure('us-east-1', settings);
    await assert.rejects(preflight({ ...wish, ...change }, world.ports()), { code, message });
    await world.local.configure('us-east-1', {
      optInStatus: 'opt-in-not-required',
      imageBlockPublicAccess: 'unblocked',
      snapshotBlockPublicAccess: 'unblocked',
      ebsEncryptionByDefault: false,
      publicImages: 5,
      snapshots: 100_000,
    });
  }
  await assert.rejects(preflight(wish, world.ports({ credentials: expired })), {
    code: 'denied',
    message: /the credentials have expired/,
  });
  const unknown = { accessKeyId: 'NOBODY', secretAccessKey: 'x' };
  await assert.rejects(preflight(wish, world.ports({ credentials: unknown })), { code: 'denied' });
  const bad = { ...wish, release: { ...release, name: 'Déjà' } };
  await assert.rejects(preflight(bad, world.ports()), { code: 'invalid', message: /not a name for an AMI/ });
  assert.deepEqual(
    world.local.log().filter(({ access }) => access === 'write'),
    [],
  );
});

test('regions of best effort only warn, and a release that is public needs no room', async (t) => {
  const world = await makeWorld(t);
  world.local.faults.add({ kind: 'down', regions: aws.bestEffort });
  const { problems, warnings } = await inspectCloud(wish, world.ports());
  assert.deepEqual(problems, []);
  assert.deepEqual(
    warnings.map(({ region }) => region),
    aws.bestEffort,
  );
  world.local.faults.clear();
  await releaseAll(world);
  await world.local.configure('us-east-1', { publicImages: 1 });
  await preflight(wish, world.ports());
});

test('a reached snapshot quota stops a release in any required region, before any write', async (t) => {
  const world = await makeWorld(t);
  const written = () => world.local.log().filter(({ access }) => access === 'write').length;
  await releaseAll(world);
  const before = written();
  const next = { ...wish, release: { ...release, version: '20261123.0' } };
  for (const region of aws.regions) {
    await world.local.configure(region, { snapshots: 1 });
    await assert.rejects(preflight(next, world.ports()), {
      code: 'quota',
      message: new RegExp(`^${region} has 1 of 1 snapshots and 1 more are to come`),
    });
    // What the release has already needs no room.
    await preflight(wish, world.ports());
    await world.local.configure(region, { snapshots: 2 });
    await preflight(next, world.ports());
  }
  const [last = ''] = aws.bestEffort;
  await world.local.configure(last, { snapshots: 1 });
  await preflight(next, world.ports());
  assert.match(world.log.lines.join('\n'), new RegExp(`warn ${last} will be left out: .*1 of 1 snapshots`));
  assert.equal(written(), before);
});

test('a snapshot that waits for its image needs no room where it is uploaded', async () => {
  const tags = (architecture: string) => ({
    'aperiodic:stream': release.stream,
    'aperiodic:version': release.version,
    'aperiodic:architecture': architecture,
  });
  const cloud = createFakeCloud();
  const two = { ...aws, release: { ...release, architectures: ['amd64', 'arm64'] as const } };
  const request = { gibibytes: 1, description: 'x', token: 'x' };
  for (const id of aws.regions) {
    await cloud.region(id).startSnapshot({ ...request, tags: tags('amd64') });
    const there = cloud.world.get(id);
    assert.ok(there !== undefined);
    there.snapshotQuota = 2;
  }
  const { problems } = await inspectCloud(two, { cloud });
  assert.deepEqual(
    problems.map(({ region, error }) => [region, error.message.split(':')[0]]),
    [['us-east-1', 'us-east-1 has 1 of 2 snapshots and 2 more are to come']],
  );
});
