/** Containers in the stages: brought to registries by digest, recorded, and led to by tags. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { digestOfText, renderIndex } from '../../scripts/model/container/oci.ts';
import { AperiodicError, type ErrorCode } from '../../scripts/model/errors.ts';
import { findGained, findUnfinished } from '../../scripts/model/plan/reach.ts';
import { addContainers, makeRecord } from '../../scripts/model/record.ts';
import type { Candidate, PublishedRecord, Release, Tested } from '../../scripts/model/types.generated.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { publishContainers } from '../../scripts/stages/publish-containers.ts';
import { tagStream } from '../../scripts/stages/tag-stream.ts';
import { makeCandidate, makeSigned, makeTested } from '../support/candidate.ts';
import { createMemoryMirror, silentLog } from '../support/fake-ports.ts';
import { createFakeRegistry } from '../support/fake-registry.ts';
import { createFakeSigner, noSigner } from '../support/fake-signer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const isCode = (code: ErrorCode) => (error: unknown) =>
  error instanceof AperiodicError && error.code === code;
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const stream = 'debian-12/container-base';

function container(architecture: 'amd64' | 'arm64', digit: string): { tested: Tested } {
  const tested = makeTested(architecture);
  const { sha256 } = tested.built.raw;
  const file = { sha256, size: 1, uri: 'test:file' };
  const artifacts = [{ name: `base.${architecture}.oci.tar`, format: 'oci' as const, file }];
  const built = {
    ...tested.built,
    artifacts,
    container: { manifest: digest(digit), size: 9, config: digest('e') },
  };
  return { tested: { ...tested, built } };
}

const architectures = [container('arm64', 'b'), container('amd64', 'a')];
const candidate = makeCandidate({ stream, architectures, registries: ['one', 'two'] });
const index = digestOfText(
  renderIndex(
    [
      { architecture: 'amd64', digest: digest('a'), size: 9 },
      { architecture: 'arm64', digest: digest('b'), size: 9 },
    ],
    candidate.version,
  ),
);

function makeWorld() {
  const registries = { one: createFakeRegistry('one'), two: createFakeRegistry('two') };
  const ports = {
    log: silentLog,
    registry: (id: string) => (id === 'one' ? registries.one : registries.two),
    artifacts: {
      put: async () => assert.fail('nothing is made'),
      get: async () => '/archive',
      workFolder: async () => '/work',
      logFolder: async () => '/logs',
    },
  };
  return { registries, ports };
}

test('every registry gets the index by digest, once, and no tag', async () => {
  const { registries, ports } = makeWorld();
  const expected = ['one', 'two'].map((registry) => ({ registry, repository: stream, digest: index }));
  assert.deepEqual(await publishContainers(candidate, ports), expected);
  assert.deepEqual(await publishContainers(candidate, ports), expected);
  for (const { writes } of Object.values(registries)) assert.deepEqual(writes, [`push ${index}`]);
  assert.deepEqual(await publishContainers(makeCandidate(), ports), []);
});

test('a registry that fails stops the release, and not the others', async () => {
  const { registries, ports } = makeWorld();
  registries.one.refuses = new AperiodicError('denied', 'no');
  await assert.rejects(
    publishContainers(candidate, ports),
    (error) =>
      error instanceof AperiodicError && error.code === 'denied' && /brought to one\./.test(error.message),
  );
  assert.deepEqual(registries.two.writes, [`push ${index}`]);
});

function recordOf(of: Candidate): PublishedRecord {
  const signed = makeSigned({ stream, architectures: of.architectures, registries: ['one'] });
  const containers = [{ registry: 'one', repository: stream, digest: index }];
  const mirrors = [{ id: 'primary', path: `${stream}/${of.version}`, checksum: 'd'.repeat(64) }];
  return makeRecord({ candidate: signed, mirrors }, new Date(0), undefined, undefined, containers);
}

test('a record holds the digests, gains registries, and never another digest', () => {
  const record = recordOf(candidate);
  assert.match(
    renderRecord(record),
    new RegExp(`containers:\\n {2}- registry: one\\n.*\\n.*digest: ${index}`),
  );
  assert.match(renderRecord(record), new RegExp(`manifest: ${digest('a')}`));
  assert.equal(addContainers(record, record.containers ?? [], new Date()), record);
  const gained = addContainers(record, [{ registry: 'two', repository: stream, digest: index }], new Date());
  assert.deepEqual(
    gained.containers?.map(({ registry }) => registry),
    ['one', 'two'],
  );
  const other = [{ registry: 'one', repository: stream, digest: digest('f') }];
  assert.throws(() => addContainers(record, other, new Date()), /release a new version/);
});

function releaseOf(version: string, registries: string[]): Release {
  const content = candidate.content;
  const targets = { mirrors: [], registries };
  return { version, reason: 'a test', content, architectures: ['amd64', 'arm64'], formats: ['oci'], targets };
}

test('a plan knows which registries a release lacks', () => {
  const record = recordOf(candidate);
  const release = releaseOf(candidate.version, ['one', 'two']);
  assert.deepEqual(findUnfinished(release, record, { mirrors: [] })?.registries, ['two']);
  assert.equal(findUnfinished(releaseOf(candidate.version, ['one']), record, { mirrors: [] }), undefined);
  const state = {
    id: stream,
    stream: undefined,
    kickstart: undefined,
    request: undefined,
    content: undefined,
  };
  const rest = { ...state, pins: [], releases: [], versions: [], problems: [] };
  assert.equal(
    findGained(rest, release, record, { mirrors: [], registries: [{ id: 'two' }] }),
    undefined,
    'no stream',
  );
});

test('tags name what is recorded, and lead to nothing unsigned', async (t) => {
  const { registries, ports } = makeWorld();
  const mirror = createMemoryMirror('primary');
  const artifacts = createDirectoryArtifacts(await temporaryFolder(t));
  let signer = noSigner;
  const older = { ...recordOf(candidate), version: '20261121.0' };
  const files = new Map<string, string>();
  const put = (record: PublishedRecord, version: string, withdrawn = false) => {
    const release = releaseOf(version, ['one']);
    const gone = { withdrawn: { reason: 'bad', at: '2026-11-23T00:00:00Z' } };
    files.set(
      `releases/${stream}/${version}.yaml`,
      renderRelease({ ...release, ...(withdrawn ? gone : {}) }),
    );
    files.set(`releases/${stream}/${version}.published.yaml`, renderRecord(record));
  };
  const first = { ...older, containers: [{ registry: 'one', repository: stream, digest: digest('1') }] };
  put(first, '20261121.0');
  put(recordOf(candidate), candidate.version);
  const newest = {
    commit: 'c'.repeat(40),
    date: new Date(0),
    read: async (name: string) => files.get(name),
    list: async (folder: string) => [...files.keys()].filter((name) => name.startsWith(`${folder}/`)),
  };
  const forge = { head: async () => newest, commit: async () => assert.fail('nothing is committed') };
  const tag = async (version?: string) =>
    await tagStream(
      stream,
      { ...ports, forge, artifacts, mirror: () => mirror, signer },
      version === undefined ? {} : { version },
    );
  const { held, writes } = registries.one;
  for (const one of [index, digest('1')]) held.set(`${stream} ${one}`, one);
  await assert.rejects(tag(), isCode('not-found'));
  assert.deepEqual(writes, [], 'without a key no tag leads to it');
  signer = createFakeSigner();
  await tag();
  await tag(candidate.version);
  assert.deepEqual(writes, [`tag ${candidate.version} ${index}`, `tag latest ${index}`]);

  const folders = [index, digest('a'), digest('b')].map(
    (one) => `lookaside/one/images/${stream}@sha256=${one.slice('sha256:'.length)}`,
  );
  assert.deepEqual(
    [...mirror.files.keys()].sort(),
    folders.flatMap((folder) => [`${folder}/signature-1`, `${folder}/signature-2`]).sort(),
    'the index and each image in it, by both names',
  );
  const said = [...mirror.files].map(
    ([name, text]) => `${name} ${/docker-reference":"([^"]+)/.exec(text)?.[1]}`,
  );
  assert.ok(said.includes(`${folders[0]}/signature-1 one.example/images/${stream}:${candidate.version}`));
  assert.ok(said.includes(`${folders[0]}/signature-2 one.example/images/${stream}:latest`));

  put(recordOf(candidate), candidate.version, true);
  await tag();
  assert.deepEqual(writes.slice(2), [`tag 20261121.0 ${digest('1')}`, `tag latest ${digest('1')}`]);

  held.set(`${stream} 20261121.0`, digest('9'));
  await assert.rejects(tag(), isCode('conflict'));
});
