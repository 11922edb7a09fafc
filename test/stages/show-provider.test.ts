import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createDirectoryMirror } from '../../scripts/adapters/mirror/directory.ts';
import { createVerifier } from '../../scripts/adapters/openpgp/verifier.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { renderYaml } from '../../scripts/model/yaml.ts';
import { tendStreams } from '../../scripts/reconcile/tend-streams.ts';
import { showProvider } from '../../scripts/stages/announce/show-provider.ts';
import { announceStream } from '../../scripts/stages/announce.ts';
import { stream } from '../support/candidate.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeMail } from '../support/fake-mail.ts';
import { createFakeMirror } from '../support/fake-mirror.ts';
import { createFakeSigner, createFakeVerifier } from '../support/fake-signer.ts';
import { assertGolden } from '../support/golden.ts';
import { hostileTargets, noticeFiles, noticeTargets, states } from '../support/notices.ts';
import { makeKey } from '../support/openpgp.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const other = 'debian-12/docker-host';
const folder = '.well-known/csaf';
const name = `${folder}/provider-metadata.json`;

async function unused(): Promise<never> {
  return assert.fail('no file is handed on');
}

/** Two streams with the same releases. */
function filesOf(targets = noticeTargets): Record<string, string> {
  const files = noticeFiles(states, targets);
  const copies = Object.entries(files).map(([file, text]) => [
    file.replace(stream, other),
    text.replaceAll(stream, other).replaceAll('Cloud Base', 'Docker Host'),
  ]);
  return { ...Object.fromEntries(copies), ...files, 'releases/keys/tests.asc': 'the public key of tests' };
}

function setUp(targets = noticeTargets) {
  const forge = createFakeForge(filesOf(targets));
  const primary = createFakeMirror('primary');
  const ports = {
    forge,
    log: createFakeLog(),
    mail: createFakeMail(),
    clock: { now: () => new Date('2026-12-03T12:30:00Z'), sleep: async () => undefined },
    mirror: (id: string) => {
      assert.equal(id, 'primary', 'only mirrors that hold a release are asked');
      return primary;
    },
    signer: createFakeSigner(),
    verifier: createFakeVerifier(),
    registry: () => assert.fail('no registry is asked'),
    artifacts: { put: unused, get: unused, workFolder: unused, logFolder: unused },
  };
  const read = () => JSON.parse(primary.texts.get(name) ?? 'null');
  const feeds = (): string[] =>
    read()?.distributions[0].rolie.feeds.map(({ url }: Record<string, string>) => url) ?? [];
  return { forge, primary, ports, read, feeds };
}

const feedOf = (id: string) => `https://mirror.example.org/images/${id}/notices/csaf/feed-tlp-white.json`;

describe('the CSAF provider metadata', () => {
  it('lists the feeds of all streams whose notices were given, and the keys, and is written once', async () => {
    const { primary, ports, read, feeds } = setUp();
    await showProvider(ports);
    assert.deepEqual(primary.writes, [], 'no notice was given yet');
    await announceStream(stream, ports);
    await showProvider(ports);
    assert.deepEqual(feeds(), [feedOf(stream)]);
    await announceStream(other, ports);
    primary.writes.length = 0;
    await showProvider(ports);
    assert.deepEqual(primary.writes, [`replace ${name}`], 'the key is there already');
    assert.deepEqual(feeds(), [feedOf(stream), feedOf(other)]);
    for (const feed of feeds())
      assert.ok(primary.texts.has(feed.replace('https://mirror.example.org/images/', '')), feed);
    const [key] = read().public_openpgp_keys;
    const place = key.url.replace('https://mirror.example.org/images/', '');
    assert.equal(place, `${folder}/openpgp/${key.fingerprint}.asc`);
    assert.equal(primary.texts.get(place), 'the public key of tests');
    const file = fileURLToPath(new URL('golden/provider-metadata.json', import.meta.url));
    assertGolden(path.resolve(file), primary.texts.get(name) ?? '');
    primary.writes.length = 0;
    await showProvider(ports);
    await showProvider(ports, await ports.forge.head());
    assert.deepEqual(primary.writes, []);
    primary.texts.set(name, '{}');
    primary.texts.set(place, 'another key');
    await showProvider(ports);
    assert.deepEqual(primary.writes, [`replace ${place}`, `replace ${name}`], 'the metadata comes last');
  });

  /** As provider_json_schema.json of CSAF 2.0 and its sections 7.1.7 to 7.1.9 and 7.1.20 have it. */
  it('has what CSAF wants, also of hostile texts', async () => {
    const { ports, read } = setUp(hostileTargets);
    await announceStream(stream, ports);
    await showProvider(ports);
    const { distributions, publisher, public_openpgp_keys: keys, ...rest } = read();
    assert.deepEqual(rest, {
      canonical_url: 'https://mirror.example.org/images/.well-known/csaf/provider-metadata.json',
      last_updated: '2026-12-01T12:00:00Z',
      list_on_CSAF_aggregators: true,
      metadata_version: '2.0',
      mirror_on_CSAF_aggregators: true,
      role: 'csaf_provider',
    });
    assert.equal(distributions.length, 1);
    for (const { summary, tlp_label: label, url, ...more } of distributions[0].rolie.feeds) {
      assert.deepEqual([label, more], ['WHITE', {}]);
      assert.ok(URL.canParse(url) && url.endsWith('.json') && !/[\n<]/.test(summary));
    }
    for (const { fingerprint, url } of keys)
      assert.ok(/^[0-9A-F]{40}$/.test(fingerprint) && URL.canParse(url));
    assert.deepEqual(Object.keys(publisher).sort(), ['category', 'contact_details', 'name', 'namespace']);
    assert.equal(publisher.category, 'vendor');
  });

  it('is right after several releases that announce at once', async () => {
    const { forge, primary, ports, feeds } = setUp();
    await announceStream(stream, ports);
    const { replace } = primary;
    // The other stream's notice is given while this run writes, and the one that gave it was killed then.
    primary.replace = async (...given) => {
      await replace(...given);
      if (given[1] !== 'provider-metadata.json') return;
      primary.replace = replace;
      await announceStream(other, ports);
    };
    await showProvider(ports);
    assert.deepEqual(feeds(), [feedOf(stream), feedOf(other)]);
    const text = primary.texts.get(name);
    await Promise.all([showProvider(ports), showProvider(ports), showProvider(ports)]);
    assert.equal(primary.texts.get(name), text);
    assert.ok(forge.messages.length > 0);
  });

  it('is tended by every run, and a mirror that fails is told of once', async () => {
    const { primary, ports, feeds } = setUp();
    const seen = await tendStreams([stream, other], ports);
    assert.deepEqual(
      seen.flatMap(({ errors }) => errors.map(({ message }) => message)),
      [],
    );
    assert.deepEqual(feeds(), [feedOf(stream), feedOf(other)]);
    primary.writes.length = 0;
    assert.deepEqual(await tendStreams([stream, other], ports), []);
    assert.deepEqual(primary.writes, []);
    primary.texts.delete(name);
    primary.failing.replace = new AperiodicError('unreachable', 'it is down');
    const [told, ...more] = await tendStreams([stream, other], ports);
    assert.deepEqual(more, []);
    assert.match(
      told?.errors[0]?.message ?? '',
      /^the CSAF provider metadata could not be put on the mirror /,
    );
  });

  it('is not made without an address, a publisher or notices', async () => {
    const { site: _, ...nowhere } = noticeTargets;
    const { publisher: __, ...nobody } = noticeTargets;
    for (const targets of [nowhere, nobody]) {
      const { primary, ports } = setUp(targets);
      await announceStream(stream, ports);
      await showProvider(ports);
      assert.equal(primary.texts.has(name), false);
    }
    const { forge, primary, ports } = setUp();
    forge.files.set('releases/targets.yaml', renderYaml({ mirrors: [{ id: 'primary', keep: 2 }] }));
    await showProvider({ ...ports, mirror: () => assert.fail('a mirror was asked') });
    assert.deepEqual(primary.writes, []);
  });

  it('lies with real keys in the folder of a real mirror', async (t) => {
    const root = await temporaryFolder(t);
    const { forge, ports } = setUp();
    const key = await makeKey('A key of tests');
    forge.files.set('releases/keys/tests.asc', `${key.publicArmored}\n${key.publicArmored}`);
    const real = { ...ports, mirror: () => createDirectoryMirror('primary', root) };
    await announceStream(stream, real);
    await showProvider({ ...real, verifier: createVerifier() });
    const { public_openpgp_keys: keys } = JSON.parse(await readFile(path.join(root, name), 'utf8'));
    assert.equal(keys.length, 1);
    const armored = await readFile(path.join(root, folder, 'openpgp', `${keys[0].fingerprint}.asc`));
    const [listed] = await createVerifier().list([armored]);
    assert.equal(listed?.fingerprint, keys[0].fingerprint);
    assert.equal(listed?.armored, armored.toString());
    assert.deepEqual(await createVerifier().list([]), []);
  });
});
