import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { compareVersions } from '../../scripts/model/version.ts';
import type { Artifacts } from '../../scripts/ports.ts';
import { findPrunable, mirrorRelease } from '../../scripts/stages/mirror.ts';
import { makeSigned, makeTested, stream, version } from '../support/candidate.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeMirror, type FakeMirror } from '../support/fake-mirror.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const checksumName = `Debian-Cloud-Base-12-${version}-CHECKSUM`;

/** Files are taken as given. */
async function setUp(t: TestContext, ids: readonly string[] = ['primary']) {
  const folder = await temporaryFolder(t);
  const real = createDirectoryArtifacts(folder);
  const artifacts: Artifacts = { ...real, get: async (ref) => join(folder, ref.sha256) };
  const mirrors = new Map<string, FakeMirror>(ids.map((id) => [id, createFakeMirror(id)]));
  const log = createFakeLog();
  const mirror = (id: string) => {
    const found = mirrors.get(id);
    if (found !== undefined) return found;
    throw new AperiodicError('not-found', `configuration has no address for the mirror ${id}`);
  };
  return { mirrors, log, primary: mirror('primary'), ports: { artifacts, log, mirror } };
}

test('every architecture and its documents are brought, the checksum file last', async (t) => {
  const { ports, primary } = await setUp(t);
  const candidate = makeSigned();
  const result = await mirrorRelease(candidate, ports);
  const base = `Debian-Cloud-Base-12-${version}`;
  const names = ['amd64.qcow2', 'amd64.raw.zst', 'arm64.qcow2', 'arm64.raw.zst'].flatMap((end) => [
    `${base}.${end}`,
    `${base}.${end}.asc`,
  ]);
  assert.deepEqual(primary.writes, [`publish ${stream}/${version}: ${[...names, checksumName].join(' ')}`]);
  const checksum = candidate.documents.find(({ kind }) => kind === 'checksum')?.file.sha256;
  assert.deepEqual(result, {
    candidate,
    mirrors: [{ id: 'primary', path: `${stream}/${version}`, checksum }],
  });
});

test('a release that was not signed is not brought anywhere', async (t) => {
  const { ports, primary } = await setUp(t);
  await assert.rejects(mirrorRelease(makeSigned({ documents: [] }), ports), {
    code: 'invalid',
    message: /aperiodic sign/,
  });
  assert.deepEqual(primary.writes, []);
});

test('the second run gives the same value and writes nothing', async (t) => {
  const { ports, primary } = await setUp(t);
  const first = await mirrorRelease(makeSigned(), ports);
  const writes = [...primary.writes];
  assert.deepEqual(await mirrorRelease(makeSigned(), ports), first);
  assert.deepEqual(primary.writes, writes);
});

test('every mirror is tried, and a failure tells the state of each', async (t) => {
  const { ports, mirrors } = await setUp(t, ['primary', 'second', 'third']);
  const second = mirrors.get('second');
  assert.ok(second !== undefined);
  second.failing.publish = new AperiodicError('unreachable', 'second cannot be reached', {
    detail: 'refused',
  });
  const targets = ['second', 'primary', 'unknown', 'third'].map((id) => ({ id, keep: 2 }));
  await assert.rejects(mirrorRelease(makeSigned({ targets }), ports), (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.equal(error.code, 'unreachable');
    assert.match(
      error.message,
      /^2 of 4 mirrors failed for debian-12\/cloud-base\/20261122\.0, starting with second/,
    );
    assert.equal(
      error.detail,
      [
        'primary: complete',
        'third: complete',
        'second: second cannot be reached',
        '  refused',
        'unknown: configuration has no address for the mirror unknown',
      ].join('\n'),
    );
    return true;
  });
  assert.equal(mirrors.get('third')?.folders.size, 1);
  delete second.failing.publish;
  const known = targets.filter(({ id }) => id !== 'unknown');
  const { mirrors: done } = await mirrorRelease(makeSigned({ targets: known }), ports);
  assert.deepEqual(
    done.map(({ id }) => id),
    ['second', 'primary', 'third'],
  );
  assert.equal(mirrors.get('third')?.writes.length, 1);
});

test('a mirror that says it holds other bytes after all is not believed', async (t) => {
  const { ports, primary } = await setUp(t);
  primary.publish = async () => undefined;
  await assert.rejects(mirrorRelease(makeSigned(), ports), { code: 'digest-mismatch' });
});

test('old releases go after the new one is there; what is not a version stays', async (t) => {
  const { ports, primary } = await setUp(t);
  const held = ['20261001.0', '20261101.0', '20261120.0', '20261121.0', '20261201.0', 'latest', 'notes'];
  for (const name of held) primary.folders.set(`${stream}/${name}`, new Map());
  primary.folders.set('debian-12/other/20261001.0', new Map());
  const retained = [version, '20261121.0', '20261101.0', '20261001.0'];
  await mirrorRelease(makeSigned({ retained }), ports);
  assert.deepEqual(primary.writes.slice(1).sort(), [
    `remove ${stream}/20261001.0`,
    `remove ${stream}/20261101.0`,
    `remove ${stream}/20261120.0`,
  ]);
});

test('a mirror that keeps old releases does not stop the new one', async (t) => {
  const { ports, primary, log } = await setUp(t);
  primary.folders.set(`${stream}/20261001.0`, new Map());
  primary.failing.remove = new AperiodicError('conflict', 'may not remove');
  const { mirrors } = await mirrorRelease(makeSigned({ targets: [{ id: 'primary', keep: 1 }] }), ports);
  assert.equal(mirrors.length, 1);
  assert.match(log.lines.join('\n'), /warn the mirror primary keeps old releases .*: may not remove/);
});

test('two files of one name are refused before anything is written', async (t) => {
  const { ports, primary } = await setUp(t);
  const architectures = [{ tested: makeTested('amd64') }, { tested: makeTested('amd64') }];
  await assert.rejects(mirrorRelease(makeSigned({ architectures }), ports), { code: 'invalid' });
  assert.deepEqual(primary.writes, []);
});

const versions = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 12 }))
  .map(([day, number]) => `202611${String(day).padStart(2, '0')}.${number}`);

test('pruning never takes the candidate, the newest live ones, newer ones, or what is not a version', () => {
  const names = fc.oneof(
    versions,
    fc.constantFrom('latest', '.staging-20261101.0', '20261301.0', '20261101.01'),
  );
  fc.assert(
    fc.property(
      fc.uniqueArray(names),
      fc.uniqueArray(versions),
      versions,
      fc.integer({ min: 1, max: 5 }),
      (held, live, candidate, keep) => {
        const retained = [...live].sort(compareVersions).reverse();
        const pruned = findPrunable(held, { version: candidate, retained }, keep);
        const newest = [...new Set([candidate, ...live])].sort(compareVersions).reverse().slice(0, keep);
        for (const name of pruned) {
          assert.ok(held.includes(name) && !newest.includes(name));
          assert.ok(compareVersions(name, candidate) < 0);
        }
        for (const name of held.filter((each) => versionsBefore(each, candidate))) {
          assert.ok(pruned.includes(name) || newest.includes(name));
        }
      },
    ),
  );
});

function versionsBefore(name: string, candidate: string): boolean {
  return /^202611\d\d\.(0|[1-9]\d*)$/.test(name) && compareVersions(name, candidate) < 0;
}
