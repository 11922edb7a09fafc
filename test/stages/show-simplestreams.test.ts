import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { showSimplestreams } from '../../scripts/stages/show-simplestreams.ts';
import {
  base,
  catalogFiles,
  container,
  makeRecordOf,
  makeReleaseOf,
  versions,
} from '../model/catalog/catalog-fixture.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeMirror, type FakeMirror } from '../support/fake-mirror.ts';
import { createFakeSigner, createFakeVerifier, noSigner } from '../support/fake-signer.ts';

const targets = [
  'mirrors: [{id: primary, keep: 2}, {id: second, keep: 2}, {id: small, keep: 1}, {id: new, keep: 2}]',
  'site: {address: "https://images.example.org"}',
  '',
].join('\n');
const folder = 'streams/v1';
const index = `${folder}/index.json`;
const downloads = `${folder}/org.example.images:download:testix-1:cloud-base.json`;
const amis = `${folder}/org.example.images:aws:testix-1:cloud-base.json`;

/** All but the mirror `new` hold all that they keep. */
function filesOf(): Record<string, string> {
  const files = catalogFiles();
  for (const [file, text] of Object.entries(files)) {
    if (!file.endsWith('.published.yaml')) continue;
    files[file] = text.replace(/^mirrors:\n((?: .*\n)+)/m, (_, entry: string) =>
      ['mirrors:\n', ...['primary', 'second', 'small'].map((id) => entry.replace('primary', id))].join(''),
    );
  }
  return { ...files, 'releases/targets.yaml': targets };
}

function setUp(files = filesOf()) {
  const forge = createFakeForge(files);
  const mirrors = new Map<string, FakeMirror>();
  const mirror = (id: string) => {
    assert.notEqual(id, 'new', 'a mirror that holds no files is not asked');
    const found = mirrors.get(id) ?? createFakeMirror(id);
    mirrors.set(id, found);
    return found;
  };
  const ports = { forge, log: createFakeLog(), mirror, signer: createFakeSigner() };
  const writes = () =>
    [...mirrors.values()].flatMap(({ id, writes }) => writes.map((text) => `${id} ${text}`));
  const clear = () => {
    for (const one of mirrors.values()) one.writes.length = 0;
  };
  const versionsOn = (id: string, name = downloads): string[] => {
    const { products } = JSON.parse(mirror(id).texts.get(name) ?? '{"products":{}}');
    const all = Object.values(products).flatMap((product) => Object.keys(Object(product).versions));
    return [...new Set(all)].sort();
  };
  return { forge, mirror, ports, writes, clear, versionsOn };
}

test('each mirror has what it keeps, documents before the index, and the same bytes where it keeps the same', async () => {
  const { mirror, ports, writes, versionsOn } = setUp();
  await showSimplestreams(ports);
  const { writes: order, texts } = mirror('primary');
  assert.deepEqual(order.slice(-2), [`replace ${index}`, `replace ${index.replace('.json', '.sjson')}`]);
  assert.equal(order.length, 8, 'three documents and the index, each with its signed sibling');
  assert.deepEqual(mirror('second').texts, texts);
  assert.deepEqual(versionsOn('primary'), [versions.superseded, versions.current]);
  assert.deepEqual(versionsOn('small'), [versions.current]);
  assert.equal(mirror('small').texts.get(amis), texts.get(amis));
  for (const [name, text] of texts) {
    if (name.endsWith('.json')) continue;
    const signed = (await createFakeVerifier().open(text, [])).text;
    assert.equal(signed.replaceAll('.sjson"', '.json"'), texts.get(name.replace('.sjson', '.json')), name);
  }
  const { path } = Object(Object.values(JSON.parse(texts.get(index) ?? '').index)[0]);
  assert.ok(texts.has(path), path);
  assert.equal(writes().length, 24);
});

test('what is right is not written; what somebody changed is', async () => {
  const { mirror, ports, writes, clear } = setUp();
  await showSimplestreams(ports);
  clear();
  await showSimplestreams(ports);
  await showSimplestreams(ports, await ports.forge.head());
  assert.deepEqual(writes(), []);
  mirror('second').texts.set(amis, '{}');
  await showSimplestreams(ports);
  assert.deepEqual(writes(), [`second replace ${amis}`]);
});

test('a release that comes while another is told of is told of, too', async () => {
  const { forge, mirror, ports, versionsOn } = setUp();
  const primary = mirror('primary');
  const { replace } = primary;
  primary.replace = async (...given) => {
    primary.replace = replace;
    await replace(...given);
    const path = `releases/${base}/20261130.0`;
    const record = makeRecordOf(base, '20261130.0', '2026-11-30T10:00:00Z', { serial: 6 });
    forge.files.set(
      `${path}.yaml`,
      renderRelease(makeReleaseOf('20261130.0', { targets: { mirrors: ['primary'] } })),
    );
    forge.files.set(`${path}.published.yaml`, renderRecord(record));
    forge.messages.push('another release');
  };
  await showSimplestreams(ports);
  assert.deepEqual(versionsOn('primary'), [versions.current, '20261130.0']);
});

test('who kept the address of a document gets nothing that was withdrawn', async () => {
  const { forge, mirror, ports, versionsOn, writes, clear } = setUp();
  await showSimplestreams(ports);
  const id = container.replace('/', ':');
  const gone = `${folder}/org.example.images:download:${id}.json`;
  assert.deepEqual(versionsOn('primary', gone), [versions.current]);
  const path = `releases/${container}/${versions.current}`;
  const withdrawn = { reason: 'It is not right', at: '2026-11-20T00:00:00Z' };
  forge.files.set(
    `${path}.yaml`,
    renderRelease(makeReleaseOf(versions.current, { withdrawn, targets: { mirrors: ['primary'] } })),
  );
  clear();
  await showSimplestreams(ports);
  assert.deepEqual(JSON.parse(mirror('primary').texts.get(gone) ?? '').products, {});
  assert.ok(!mirror('primary').texts.get(index)?.includes(id));
  const written = mirror('primary').writes;
  assert.ok(
    written.indexOf(`replace ${index}`) < written.indexOf(`replace ${gone}`),
    'nothing led there then',
  );
  clear();
  await showSimplestreams(ports);
  assert.deepEqual(writes(), []);
});

test('nothing without a key or a release; a broken record of any stream is warned of', async () => {
  const broken = { ...filesOf(), [`releases/${base}/${versions.current}.published.yaml`]: 'stream: [\n' };
  const none = Object.fromEntries(Object.entries(filesOf()).filter(([file]) => !file.includes('published')));
  for (const files of [broken, none]) {
    const { ports, writes } = setUp(files);
    await showSimplestreams(ports);
    assert.deepEqual(writes(), []);
    assert.equal(ports.log.lines.length, files === broken ? 1 : 0, ports.log.lines.join());
    if (files === broken) assert.match(ports.log.lines[0] ?? '', /as they were before.*published\.yaml:/);
  }
  const { ports, writes } = setUp();
  await showSimplestreams({ ...ports, signer: noSigner });
  assert.deepEqual(writes(), []);
  const nowhere = setUp({ ...filesOf(), 'releases/targets.yaml': targets.replace(/site: .*\n/, '') });
  await showSimplestreams(nowhere.ports);
  const [first = ''] = nowhere.writes();
  assert.match(first, /streams\/v1\/local:/, 'ids as the site has them');
});

test('a mirror that fails is told of, after all others were tried', async () => {
  const { mirror, ports, versionsOn } = setUp();
  mirror('primary').failing.replace = new AperiodicError('unreachable', 'it is down');
  await assert.rejects(showSimplestreams(ports), {
    code: 'unreachable',
    message: /^simplestreams could not be put on the mirror primary: it is down/,
  });
  assert.deepEqual(versionsOn('small'), [versions.current]);
});
