import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { renderYaml } from '../../scripts/model/yaml.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { showStream } from '../../scripts/stages/show-stream.ts';
import { digestOf, makeReleaseFile, makeSigned, stream, version } from '../support/candidate.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeMirror, type FakeMirror } from '../support/fake-mirror.ts';
import { createFakeSigner, createFakeVerifier, fakeKey, noSigner } from '../support/fake-signer.ts';

const place = `${stream}/stream.sjson`;

function recordOf(serial: number, changes: Partial<PublishedRecord> = {}): string {
  const mirrors = ['primary', 'second', 'gone'].map((id) => ({
    id,
    path: `${stream}/${version}`,
    checksum: digestOf('x'),
  }));
  const record = makeRecord({ candidate: makeSigned(), mirrors }, new Date('2026-11-22T12:00:00Z'));
  return renderRecord({ ...record, serial, ...changes });
}

function setUp(serial = 3) {
  const recordFile = `releases/${stream}/${version}.published.yaml`;
  const forge = createFakeForge({
    'releases/targets.yaml':
      'mirrors: [{id: primary, keep: 2}, {id: second, keep: 2}, {id: other, keep: 2}]\n',
    [`releases/${stream}/${version}.yaml`]: renderYaml(makeReleaseFile()),
    [recordFile]: recordOf(serial),
  });
  const mirrors = new Map<string, FakeMirror>(['primary', 'second'].map((id) => [id, createFakeMirror(id)]));
  const mirror = (id: string) => {
    const found = mirrors.get(id);
    if (found === undefined) throw new AperiodicError('not-found', `no address for ${id}`);
    return found;
  };
  const log = createFakeLog();
  const ports = { forge, log, mirror, signer: createFakeSigner(), verifier: createFakeVerifier() };
  return { forge, mirrors, primary: mirror('primary'), log, ports, recordFile };
}

test('the mirrors that hold a release get the document, and are not written to again', async () => {
  const { ports, mirrors, primary } = setUp();
  await showStream(stream, ports);
  for (const mirror of mirrors.values()) assert.deepEqual(mirror.writes, [`replace ${place}`]);
  await showStream(stream, ports);
  assert.deepEqual(primary.writes.length, 1);
  const { text } = await ports.verifier.open(primary.texts.get(place) ?? '', []);
  const document = JSON.parse(text);
  assert.deepEqual([document.serial, document.latest, document.releases.length], [3, version, 1]);
  assert.equal(document.releases[0].documents.length, 5);
});

test('a machine without a key sees that nothing is to be done, and fails when something is', async () => {
  const { ports, forge, primary, recordFile } = setUp();
  await showStream(stream, ports);
  await showStream(stream, { ...ports, signer: noSigner, verifier: createFakeVerifier() });
  forge.files.set(recordFile, recordOf(4, { deprecateAt: '2027-02-20T00:00:00Z' }));
  await assert.rejects(showStream(stream, { ...ports, signer: noSigner }), { code: 'not-found' });
  assert.equal(primary.writes.length, 1);
});

test('it never goes back, and never says two things with one serial', async () => {
  const { ports, forge, primary, recordFile } = setUp(7);
  await showStream(stream, ports);
  forge.files.set(recordFile, recordOf(6));
  await assert.rejects(showStream(stream, ports), {
    code: 'conflict',
    message: /serial 7, the records say 6/,
  });
  forge.files.set(recordFile, recordOf(7, { recordedAt: '2026-11-23T00:00:00Z' }));
  await assert.rejects(showStream(stream, ports), { code: 'conflict', message: /same serial 7/ });
  assert.equal(primary.writes.length, 1);
});

test('a new key signs what is there anew; what no key of ours signed is replaced', async () => {
  const { ports, primary, log } = setUp();
  await showStream(stream, ports);
  const next = { ...fakeKey, fingerprint: 'B'.repeat(40), createdAt: new Date('2026-12-01T00:00:00Z') };
  await showStream(stream, { ...ports, signer: createFakeSigner(next) });
  assert.equal(primary.writes.length, 2);
  assert.match(primary.texts.get(place) ?? '', /<2026-12-01T00:00:00/, 'not before the key was made');
  primary.texts.set(place, '{"serial": 999}');
  await showStream(stream, ports);
  assert.match(log.lines.join('\n'), /warn the document of .* on primary is not ours and is replaced/);
});

test('a mirror that fails does not keep the others from it, and what was pushed meanwhile is shown', async () => {
  const { ports, forge, mirrors, primary, recordFile } = setUp();
  primary.failing.replace = new AperiodicError('unreachable', 'primary cannot be reached');
  await assert.rejects(showStream(stream, ports), { code: 'unreachable', message: /mirror primary/ });
  assert.equal(mirrors.get('second')?.texts.size, 1);
  delete primary.failing.replace;
  const replace = primary.replace;
  primary.replace = async (...args) => {
    await replace(...args);
    forge.files.set(recordFile, recordOf(4, { deprecateAt: '2027-02-20T00:00:00Z' }));
  };
  await showStream(stream, ports);
  for (const mirror of mirrors.values()) assert.match(mirror.texts.get(place) ?? '', /"serial": 4/);
});

test('there is no document while no record has a serial', async () => {
  const { ports, forge, primary, recordFile } = setUp();
  forge.files.set(recordFile, recordOf(3).replace(/^serial: 3\n/m, ''));
  await showStream(stream, ports);
  assert.deepEqual(primary.writes, []);
});
