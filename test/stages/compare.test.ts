import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { formatArtifactUri } from '../../scripts/model/job.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { Acceptance } from '../../scripts/model/types.generated.ts';
import { compareImage } from '../../scripts/stages/compare.ts';
import { digestOf } from '../support/candidate.ts';
import { earlier, failureOf, gateOf, makeWorld, nameOf, oldText } from './compare-world.ts';
import type { GuestBehaviour } from './fake-guest.ts';

test('without a release before nothing is booted, and a line that accepts something is told', async () => {
  const world = await makeWorld({ name: 'first', accepted: [{ gate: 'memory', reason: 'why not' }] });
  const { previous: _, ...job } = world.value.built.job;
  const value = { ...world.value, built: { ...world.value.built, job } };
  assert.equal(await compareImage(value, world.ports), value);
  assert.deepEqual(world.requests, []);
  assert.deepEqual(world.told, [
    'warning: releases/debian-12/cloud-base/20261122.0.yaml: the line that accepts memory is not needed, take it out',
  ]);
});

test('a guest is replaced: two boots one after the other, same key, same user data, same volume', async () => {
  const world = await makeWorld({ name: 'good', seconds: { previous: 100, now: 120 } });
  const compared = assertValid('Compared', await compareImage(world.value, world.ports));
  assert.deepEqual(world.log, [
    'bios boots',
    'bios session',
    'bios shuts down',
    'bios stops',
    'bios boots',
    'bios session',
    'bios stops',
  ]);
  const [first, second] = world.requests;
  assert.equal(first?.dataDisk?.file, second?.dataDisk?.file);
  assert.equal(first?.keyFolder, second?.keyFolder);
  assert.equal(first?.diskSize, second?.diskSize);
  assert.deepEqual(first?.userData?.('a b'), second?.userData?.('a b'));
  assert.notEqual(first?.folder, second?.folder);
  assert.deepEqual(compared.comparison?.replacement, {
    result: 'passed',
    accelerator: 'tcg',
    previous: { login: 100, system: 42 },
    now: { login: 120, system: 42 },
  });
  assert.deepEqual(compared.comparison?.differences, []);
  assert.equal(compared.comparison?.checks?.length, 5);
  assert.equal(gateOf(compared, 'boot-time')?.now, 120);
  assert.equal(gateOf(compared, 'services')?.result, 'passed');
  assert.equal(gateOf(compared, 'memory')?.result, 'not-comparable');
  const kept: unknown = JSON.parse(await readFile(path.join(world.logs, 'compare.json'), 'utf8'));
  assert.deepEqual(kept, compared.comparison);
  assert.match(world.told.at(-1) ?? '', /^done: .*replacement passed \(120 s to a login, was 100 s\)$/);
  const work = path.dirname(first?.dataDisk?.file ?? '');
  assert.deepEqual(await readdir(work), [], 'neither the volume nor the key stays');
});

test('beyond a limit the error has gate, figures, limit and the line to add', async () => {
  const world = await makeWorld({ name: 'slow', seconds: { previous: 100, now: 151 } });
  const error = await failureOf(world);
  assert.equal(error.code, 'qa-failed');
  assert.match(
    error.message,
    /beyond the limits against 20261101\.0: boot-time: 151 s, was 100 \(at most 150\)/,
  );
  assert.match(
    error.detail ?? '',
    /releases\/debian-12\/cloud-base\/20261122\.0\.yaml:\n\naccept:\n {2}- gate: boot-time\n {4}reason: /,
  );
  assert.match(error.detail ?? '', /compare\.json/);
  assert.match(world.told.at(-1) ?? '', /^failed: /);
});

test('an accepted gate passes with its reason, and one that is not needed is told', async () => {
  const accepted: Acceptance[] = [
    { gate: 'boot-time', reason: 'It makes keys first' },
    { gate: 'services', reason: 'Old' },
  ];
  const world = await makeWorld({ name: 'accepted', seconds: { now: 500 }, accepted });
  const compared = await compareImage(world.value, world.ports);
  const gate = gateOf(compared, 'boot-time');
  assert.deepEqual([gate?.result, gate?.reason], ['accepted', 'It makes keys first']);
  assert.ok(world.told.some((line) => /^warning: .*accepts services is not needed/.test(line)));
});

test('lost data and a service that does not run fail whatever is accepted, and evidence is kept', async () => {
  const answers = { data: '', starts: '', 'active-services': '' };
  const world = await makeWorld({ name: 'lost', answers });
  const error = await failureOf(world);
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /does not replace 20261101\.0 \(replacement-data, replacement-service\)/);
  assert.match(error.message, /services: 0 entries, was 1; gone: ssh\.service/);
  assert.match(error.detail ?? '', /lost: kept\/random/);
  assert.match(error.detail ?? '', /Serial console of the new guest:/);
  assert.deepEqual((await readdir(path.join(world.logs, 'now'))).sort(), [
    'bios-journal.txt',
    'bios-serial.log',
  ]);
});

test('a new image that nobody can log in to fails by that', async () => {
  const waitForLogin = async () => {
    throw new AperiodicError('qa-failed', 'no login within 600 s');
  };
  const world = await makeWorld({ name: 'dead', now: { waitForLogin } });
  const error = await failureOf(world);
  assert.match(error.message, /replacement-boots/);
  assert.match(error.detail ?? '', /no login within 600 s/);
  assert.equal(world.log.at(-1), 'bios stops');
});

test('a release before that does not work here is no fault of the new one', async () => {
  const bad: Partial<GuestBehaviour>[] = [
    {
      waitForLogin: async () => {
        throw new AperiodicError('qa-failed', 'no login within 600 s');
      },
    },
    { answers: {} },
    { breaksAfter: 'about' },
    {
      shutdown: async () => {
        throw new AperiodicError('qa-failed', 'the guest did not power off within 180 s');
      },
    },
  ];
  for (const [index, previous] of bad.entries()) {
    const world = await makeWorld({ name: `old-${index}`, previous });
    const { comparison } = await compareImage(world.value, world.ports);
    assert.equal(comparison?.replacement.result, 'not-compared');
    assert.match(comparison?.replacement.reason ?? '', /the release before does not work here: /);
    assert.equal(world.requests.length, 1);
    assert.equal(world.log.at(-1), 'bios stops');
  }
});

test('what is wrong with this machine is not taken for a bad image', async () => {
  const full = async () => {
    throw new AperiodicError('disk-full', 'the disk is full');
  };
  for (const which of ['previous', 'now'] as const) {
    const world = await makeWorld({ name: `full-${which}`, [which]: { waitForLogin: full } });
    assert.equal((await failureOf(world)).code, 'disk-full');
    assert.equal(world.log.at(-1), 'bios stops');
  }
});

test('the release before is brought back from a mirror by its digest', async () => {
  const world = await makeWorld({ name: 'mirror', place: 'mirror' });
  const { comparison } = await compareImage(world.value, world.ports);
  assert.equal(comparison?.replacement.result, 'passed');
  const sha256 = digestOf(oldText);
  await world.artifacts.get({
    sha256,
    size: oldText.length,
    uri: formatArtifactUri(sha256, nameOf(earlier)),
  });
});

test('where it is nowhere any more the gates of the record are left, and the release goes on', async () => {
  const world = await makeWorld({ name: 'nowhere', place: 'nowhere' });
  const compared = await compareImage(world.value, world.ports);
  assert.deepEqual(world.requests, []);
  assert.equal(compared.comparison?.replacement.result, 'not-compared');
  assert.match(compared.comparison?.replacement.reason ?? '', /on no mirror any more/);
  assert.equal(gateOf(compared, 'packages')?.result, 'passed');
  assert.equal(gateOf(compared, 'boot-time')?.result, 'not-comparable');
  assert.ok(world.told.some((line) => line.startsWith('warning: ')));
});

test('a mirror that does not answer stops the stage: nobody knows whether it has it', async () => {
  const world = await makeWorld({ name: 'unreachable', place: 'unreachable' });
  assert.equal((await failureOf(world)).code, 'unreachable');
  assert.deepEqual(world.requests, []);
});
