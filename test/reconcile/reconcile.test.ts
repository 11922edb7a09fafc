import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { folder, streamId } from '../support/fake-ports-repository.ts';
import { createFakeSigner, fakeKey, noSigner } from '../support/fake-signer.ts';
import { first, makeWorld, second } from './world.ts';

const recordMessage = (version: string) => `Record ${streamId} ${version}\n`;
const releaseMessage = (version: string, reason: string) => `Release ${streamId} ${version}\n\n${reason}\n`;

test('a merge without a release file: minted, made, mirrored, recorded, in this order', async (t) => {
  const world = await makeWorld(t, { mirrors: ['primary', 'second'] });
  const { plan, recorded, minted } = await world.runOne();
  assert.equal(plan.action.kind, 'release');
  assert.equal(minted, `${folder}/${first}.yaml`);
  assert.equal(recorded?.path, `${folder}/${first}.published.yaml`);
  assert.deepEqual(world.forge.messages, [releaseMessage(first, 'First release'), recordMessage(first)]);
  const record = world.record(first);
  assert.deepEqual(record, recorded?.record);
  assert.deepEqual(
    record.mirrors.map(({ id }) => id),
    ['primary', 'second'],
  );
  for (const mirror of world.mirrors.values()) {
    assert.equal(mirror.files.size, 14);
    assert.ok(mirror.files.has(`${streamId}/stream.sjson`));
    assert.ok(mirror.files.has('streams/v1/index.sjson'));
    assert.ok(mirror.files.has(`${streamId}/${first}/Testix-Cloud-Base-1-${first}-CHECKSUM`));
  }
  const effects = [
    'forge.commit',
    'payload.download',
    'images.build',
    'machine.stop',
    'mirror primary.publish',
  ];
  const firsts = effects.map((name) => world.calls.indexOf(name));
  assert.ok(!firsts.includes(-1), world.calls.join(' '));
  assert.deepEqual(
    firsts,
    [...firsts].sort((a, b) => a - b),
  );
  assert.ok(world.calls.lastIndexOf('forge.commit') > world.calls.lastIndexOf('mirror second.holds'));
});

test('the second run reads the main branch and what is signed of it, and writes nothing', async (t) => {
  const world = await makeWorld(t);
  await world.runOne();
  const files = new Map(world.forge.files);
  const shown = new Map(world.mirrors.get('primary')?.files);
  world.calls.length = 0;
  const outcome = await world.runOne();
  assert.equal(outcome.plan.action.kind, 'nothing');
  assert.equal(outcome.recorded, undefined);
  assert.equal(outcome.minted, undefined);
  const reads = world.calls.filter((name) => !/^(signer|verifier)\./.test(name));
  // The stream's document; simplestreams of downloads and their index, plain and signed.
  assert.deepEqual(reads, ['forge.head', ...Array.from({ length: 5 }, () => 'mirror primary.read')]);
  assert.deepEqual(world.forge.files, files);
  assert.deepEqual(world.mirrors.get('primary')?.files, shown);
});

test('without a signing key, or with one that expired, nothing is done', async (t) => {
  const world = await makeWorld(t);
  const expiresAt = new Date('2026-11-22T00:00:00Z');
  const expired = createFakeSigner({ ...fakeKey, expiresAt });
  await assert.rejects(world.runOne({ signer: noSigner }), { code: 'not-found' });
  await assert.rejects(world.runOne({ signer: expired }), { code: 'conflict', message: /expired/ });
  assert.deepEqual(world.forge.messages, []);
  assert.ok(
    world.calls.every((name) => /^(forge\.head|signer\.keys)$/.test(name)),
    world.calls.join(' '),
  );
  await world.runOne();
  assert.equal((await world.runOne({ signer: noSigner })).plan.action.kind, 'nothing');
});

test('changed pins are another release, and the mirror drops what it need not keep', async (t) => {
  const world = await makeWorld(t);
  await world.runOne();
  world.change({ alpha: '2.0-1' });
  await world.runOne();
  assert.equal(world.release(second).reason, `Content changed since ${first}`);
  assert.notEqual(
    world.record(second).architectures[0]?.raw.sha256,
    world.record(first).architectures[0]?.raw.sha256,
  );
  assert.equal(world.record(first).architectures[0]?.comparison, undefined);
  const comparison = world.record(second).architectures[0]?.comparison;
  assert.deepEqual([comparison?.previous, comparison?.replacement.result], [first, 'passed']);
  const all = [...(world.mirrors.get('primary')?.files.keys() ?? [])];
  const shown = all.filter((name) => !name.startsWith('streams/v1/'));
  assert.ok(
    shown.every((name) => name.startsWith(`${streamId}/${second}/`) || name === `${streamId}/stream.sjson`),
    shown.join(' '),
  );
});

test('nothing is mirrored or recorded when a check fails, and the image is not built again after', async (t) => {
  const world = await makeWorld(t);
  await assert.rejects(world.runOne({ brokenCheck: 'system-running' }), {
    code: 'qa-failed',
    message: /system-running/,
  });
  assert.deepEqual(world.forge.messages, [releaseMessage(first, 'First release')]);
  assert.equal(world.mirrors.get('primary')?.files.size, 0);
  world.calls.length = 0;
  await world.runOne();
  assert.ok(!world.calls.includes('images.build') && !world.calls.includes('payload.download'));
  assert.ok(world.calls.includes('machines.boot'));
  assert.equal(world.forge.messages.at(-1), recordMessage(first));
});

test('nothing is recorded when a mirror fails, and no image is tested again after', async (t) => {
  const world = await makeWorld(t, { mirrors: ['primary', 'second'] });
  const broken = world.mirrors.get('second');
  assert.ok(broken !== undefined);
  broken.refuses = new AperiodicError('unreachable', 'the mirror second cannot be reached');
  await assert.rejects(world.runOne(), { code: 'unreachable', message: /1 of 2 mirrors failed/ });
  assert.ok(!world.forge.files.has(`${folder}/${first}.published.yaml`));
  assert.equal(world.mirrors.get('primary')?.files.size, 9, 'what works is complete');
  broken.refuses = undefined;
  world.calls.length = 0;
  await world.runOne();
  assert.ok(!world.calls.some((name) => name.startsWith('machine')), world.calls.join(' '));
  assert.deepEqual(broken.files, world.mirrors.get('primary')?.files);
});

test('a mirror that targets.yaml gained gets a copy, from here or from another mirror, without a build', async (t) => {
  for (const lost of [false, true]) {
    const world = await makeWorld(t);
    await world.runOne();
    world.change({ mirrors: ['primary', 'second'] });
    if (lost) world.loseWork();
    world.calls.length = 0;
    const { plan } = await world.runOne();
    assert.equal(plan.action.kind, 'extend');
    assert.deepEqual(world.mirrors.get('second')?.files, world.mirrors.get('primary')?.files);
    assert.deepEqual(
      world.record(first).mirrors.map(({ id }) => id),
      ['primary', 'second'],
    );
    assert.equal(world.calls.includes('mirror primary.retrieve'), lost);
    for (const name of ['images.build', 'payload.download', 'machines.boot', 'mirror primary.publish'])
      assert.ok(!world.calls.includes(name), name);
    assert.equal((await world.runOne()).plan.action.kind, 'nothing');
  }
});

test('a mirror that holds other bytes, or none, gives nothing to another one', async (t) => {
  const world = await makeWorld(t);
  await world.runOne();
  world.change({ mirrors: ['primary', 'second'] });
  world.loseWork();
  const { files } = world.mirrors.get('primary') ?? { files: new Map<string, string>() };
  const [image] = [...files.keys()].filter((name) => name.endsWith('.qcow2'));
  assert.ok(image !== undefined);
  const before = world.record(first);
  files.set(image, 'changed on the mirror\n');
  await assert.rejects(world.runOne(), (error: AperiodicError) => {
    assert.equal(error.code, 'not-found');
    assert.match(error.message, /\.qcow2 is on no mirror any more/);
    assert.match(error.detail ?? '', /primary: holds other bytes \(SHA-256 [0-9a-f]{64}\)/);
    return true;
  });
  files.delete(image);
  await assert.rejects(world.runOne(), { code: 'not-found', detail: /primary: .* is not on primary/ });
  assert.equal(world.mirrors.get('second')?.files.size, 0);
  assert.deepEqual(world.record(first), before);
});

test('a recorded release that lacks a mirror of its own is continued', async (t) => {
  const world = await makeWorld(t);
  await world.runOne();
  world.change({ mirrors: ['primary', 'second'] });
  world.rewrite(first, { targets: { mirrors: ['primary', 'second'] } });
  const { plan } = await world.runOne();
  assert.equal(plan.action.kind, 'continue');
  assert.equal(world.mirrors.get('second')?.files.size, 14);
});

test('withdrawn content is held, and only what is signed says so', async (t) => {
  const world = await makeWorld(t);
  await world.runOne();
  world.rewrite(first, { withdrawn: { reason: 'It does not boot', at: '2026-11-22T09:00:00Z' } });
  world.calls.length = 0;
  const { plan } = await world.runOne();
  assert.equal(plan.action.kind, 'held');
  assert.deepEqual(world.forge.messages.at(-1), `Record withdrawals of ${streamId}\n`);
  const { serial, withdrawn } = world.record(first);
  assert.deepEqual([serial, withdrawn?.reason], [2, 'It does not boot']);
  const signed = world.mirrors.get('primary')?.files.get(`${streamId}/stream.sjson`) ?? '';
  assert.match(signed, /"serial": 2/);
  assert.match(signed, /"state": "withdrawn"/);
  world.calls.length = 0;
  await world.runOne();
  assert.ok(!world.calls.some((name) => /commit|replace|publish/.test(name)), world.calls.join(' '));
});

test('a blocked stream fails with the file and line of its first problem, and names the others', async (t) => {
  const world = await makeWorld(t);
  const file = `${folder}/stream.yaml`;
  const text = world.forge.files.get(file) ?? '';
  world.forge.files.set(file, `${text}colour: red\n`);
  world.forge.files.set(`${folder}/notes.txt`, 'left here');
  const [outcome] = await world.run();
  assert.equal(outcome?.plan.action.kind, 'blocked');
  assert.equal(outcome?.error?.code, 'invalid');
  const located = [outcome?.error?.located ?? '', outcome?.error?.detail ?? ''].join('\n');
  assert.match(located, /stream\.yaml:9: .*colour/);
  assert.match(located, /notes\.txt: is not a file of a stream/);
  assert.deepEqual(world.forge.messages, []);
});

test('a stream that fails does not stop the others', async (t) => {
  const other = 'testix-1/docker-host';
  const world = await makeWorld(t, { streams: [streamId, other] });
  world.forge.files.set(`${folder}/pins.amd64.yaml`, 'packages: [\n');
  const [bad, good] = await world.run();
  assert.equal(bad?.error?.code, 'invalid');
  assert.equal(good?.error, undefined);
  assert.equal(good?.recorded?.record.stream, other);
});

test('only the streams that were named, and only the version that counts', async (t) => {
  const other = 'testix-1/docker-host';
  const world = await makeWorld(t, { streams: [streamId, other] });
  await assert.rejects(world.run({ streams: ['testix-1/nothing'] }), {
    code: 'not-found',
    message: /no stream 'testix-1\/nothing' .*testix-1\/cloud-base, testix-1\/docker-host/,
  });
  await assert.rejects(world.run({ streams: [streamId], version: '20200101.0' }), {
    code: 'conflict',
    message: /20200101\.0 is not the release that counts: 19700101\.0 is/,
  });
  assert.deepEqual(world.forge.messages, []);
  const outcomes = await world.run({ streams: [other], version: first });
  assert.deepEqual(
    outcomes.map(({ stream }) => stream),
    [other],
  );
  assert.ok(![...world.forge.files.keys()].some((name) => name.startsWith(`${folder}/${first}`)));
});
