import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { matchAdvisories } from '../../../../scripts/model/advisories/match.ts';
import type { AdvisoryFeed } from '../../../../scripts/model/types.generated.ts';
import { load, makeZip, osvEntry, osvFeed, stream, writeJson } from '../../../adapters/feeds/feeds-world.ts';
import { madeUpPin, pinnedStream } from '../../../support/advisory-fixtures.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const kev: AdvisoryFeed = { id: 'made-up-kev', kind: 'kev' };
const epss: AdvisoryFeed = { id: 'made-up-epss', kind: 'epss' };
const tracker: AdvisoryFeed = {
  id: 'made-up-tracker',
  kind: 'debian-tracker',
  serves: [{ distribution: 'debian-12', codename: 'bookworm' }],
};

test('a folder, a zip and a single file of OSV say the same', async (t) => {
  const folder = await temporaryFolder(t);
  const entries = {
    'a.json': osvEntry('MADE-UP-1'),
    'below/b.json': osvEntry('MADE-UP-2'),
    'odd.json': '{',
    'other.txt': 'x',
  };
  mkdirSync(path.join(folder, 'osv/below'), { recursive: true });
  for (const [name, text] of Object.entries(entries)) writeFileSync(path.join(folder, 'osv', name), text);
  symlinkSync('/etc/passwd', path.join(folder, 'osv/link.json'));
  makeZip(path.join(folder, 'all.zip'), entries);
  writeFileSync(path.join(folder, 'one.json'), `[${osvEntry('MADE-UP-1')},${osvEntry('MADE-UP-2')}]`);
  for (const place of ['osv', 'all.zip', 'one.json']) {
    const addresses = { [osvFeed.id]: { path: path.join(folder, place) } };
    const loaded = await load({ feeds: [osvFeed], addresses, folder });
    const ids = loaded.advisories.map(({ id }) => id).sort();
    assert.deepEqual(ids, ['MADE-UP-1', 'MADE-UP-2'], place);
    const odd = place === 'one.json' ? [] : ["made-up-osv: 'odd.json' is not JSON and was left out"];
    assert.deepEqual(loaded.warnings, odd);
    assert.equal(loaded.feeds[0]?.state, 'read');
  }
});

test('real advisories of AlmaLinux against pins', async (t) => {
  const folder = await temporaryFolder(t);
  const path10 = fileURLToPath(new URL('../../../fixtures/advisories/osv-almalinux10', import.meta.url));
  const feed: AdvisoryFeed = {
    id: 'alma',
    kind: 'osv',
    serves: [{ distribution: 'almalinux-10', ecosystem: 'AlmaLinux:10' }],
  };
  const of = (version: string) => [
    {
      ...pinnedStream('almalinux-10/cloud-base', [madeUpPin('sudo', version, { architecture: 'x86_64' })]),
      payload: 'rpm' as const,
    },
  ];
  const old = of('1.9.15-8.p5.el10');
  const loaded = await load({ feeds: [feed], addresses: { alma: { path: path10 } }, folder, streams: old });
  assert.deepEqual(loaded.warnings, []);
  assert.deepEqual(
    matchAdvisories(loaded, old)
      .map(({ advisory }) => advisory.id)
      .sort(),
    ['ALSA-2025:11537', 'ALSA-2026:10758', 'ALSA-2026:19067'],
  );
  const [last, ...others] = matchAdvisories(loaded, of('1.9.15-10.p5.el10_1'));
  assert.deepEqual(
    [last?.advisory.id, last?.packages[0]?.fixed, others],
    ['ALSA-2026:19067', '1.9.17-4.p2.el10_2', []],
  );
});

test('all kinds of feeds together', async (t) => {
  const folder = await temporaryFolder(t);
  const cve = { upstream: ['CVE-2026-0001'] };
  const release = { status: 'resolved', fixed_version: '1.0-2', urgency: 'high' };
  const scores = '#model\ncve,epss,percentile\nCVE-2026-0001,0.42,0.9\nCVE-2026-0002,0.1,0.2\n';
  writeFileSync(path.join(folder, 'scores.csv.gz'), gzipSync(scores));
  const addresses = {
    [osvFeed.id]: { path: path.join(folder, 'osv.json') },
    [tracker.id]: {
      path: writeJson(folder, 'tracker.json', {
        example: { 'CVE-2026-0001': { description: 'x', releases: { bookworm: release } } },
        unwanted: { 'CVE-2026-0002': { description: 'x', releases: { bookworm: release } } },
      }),
    },
    [kev.id]: {
      path: writeJson(folder, 'kev.json', {
        vulnerabilities: [{ cveID: 'CVE-2026-0001', dateAdded: '2026-01-01' }],
      }),
    },
    [epss.id]: { path: path.join(folder, 'scores.csv.gz') },
  };
  writeFileSync(path.join(folder, 'osv.json'), osvEntry('DSA-MADE-UP-1', cve));
  const loaded = await load({ feeds: [osvFeed, tracker, kev, epss], addresses, folder });
  assert.deepEqual(loaded.warnings, []);
  const findings = matchAdvisories(loaded, [stream]);
  assert.deepEqual(
    findings.map(({ advisory, exploited, epss: score }) => [
      advisory.id,
      advisory.severity,
      exploited?.added,
      score,
    ]),
    [['DSA-MADE-UP-1', 'important', '2026-01-01T00:00:00Z', 0.42]],
  );
  assert.deepEqual(
    loaded.feeds.map(({ feed, entries }) => [feed, entries]),
    [
      ['made-up-osv', 1],
      ['made-up-tracker', 1],
      ['made-up-kev', 1],
      ['made-up-epss', 1],
    ],
  );
});

test('a feed that cannot be read is said, and the others still hold', async (t) => {
  const folder = await temporaryFolder(t);
  writeFileSync(path.join(folder, 'osv.json'), osvEntry('MADE-UP-1'));
  writeFileSync(path.join(folder, 'half.gz'), gzipSync('x'.repeat(1000)).subarray(0, 20));
  const addresses = {
    [osvFeed.id]: { path: path.join(folder, 'osv.json') },
    [tracker.id]: { path: path.join(folder, 'osv.json') },
    [kev.id]: { path: path.join(folder, 'missing.json') },
    [epss.id]: { path: path.join(folder, 'half.gz') },
  };
  const unknown: AdvisoryFeed = { id: 'unknown', kind: 'kev' };
  const loaded = await load({ feeds: [osvFeed, tracker, kev, epss, unknown], addresses, folder });
  assert.equal(loaded.advisories.length, 1);
  assert.deepEqual(
    loaded.feeds.map(({ state }) => state),
    ['read', 'read', 'failed', 'failed', 'not-configured'],
  );
  const [first, second, third, fourth, fifth] = loaded.warnings;
  assert.match(first ?? '', /^made-up-tracker: the entries of package/);
  assert.match([second, third].join(), /made-up-tracker/);
  assert.match(
    [third, fourth, fifth].join(),
    /made-up-kev: cannot be read \(ENOENT\): nothing of it is known/,
  );
  assert.match(loaded.warnings.join(), /made-up-epss: is damaged.*nothing of it is known/);
  assert.match(loaded.warnings.join(), /unknown: has no address.*APERIODIC_FEED_UNKNOWN/);
});

test('bombs and hostile names are refused, and nothing is written', async (t) => {
  const folder = await temporaryFolder(t);
  const zip = (name: string, entries: Record<string, string>) => {
    makeZip(path.join(folder, name), entries);
    return name;
  };
  const good = { 'a.json': osvEntry('MADE-UP-1') };
  writeFileSync(path.join(folder, 'bomb.gz'), gzipSync(Buffer.alloc(3_000_000)));
  execFileSync('sh', [
    '-c',
    'head -c 3000000 /dev/zero | xz -0 > "$1/bomb.xz"; head -c 3000000 /dev/zero | zstd -q > "$1/bomb.zst"',
    'sh',
    folder,
  ]);
  writeFileSync(path.join(folder, 'false.zip'), 'PK\x03\x04 and no more');
  const refused: [string, RegExp][] = [
    [zip('grows.zip', { ...good, 'b.json': ' '.repeat(2_500_000) }), /grows from \d+ to 2500000 bytes/],
    [zip('path.zip', { ...good, '../../x.json': '{}' }), /no zip that can be read: 'invalid relative path/],
    [zip('absolute.zip', { ...good, '/tmp/x.json': '{}' }), /no zip that can be read: 'absolute path/],
    [
      zip('many.zip', Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`${at}.json`, '{}']))),
      /more than 20/,
    ],
    ['false.zip', /no zip that can be read/],
    ['bomb.gz', /larger than the 1 MiB/],
    ['bomb.xz', /larger than the 1 MiB/],
    ['bomb.zst', /larger than the 1 MiB/],
  ];
  const before = readdirSync(folder).sort();
  const limits = { unpackedBytes: 1_500_000, entries: 20, documentBytes: 1_500_000 };
  for (const [name, message] of refused) {
    const addresses = { [osvFeed.id]: { path: path.join(folder, name) } };
    const loaded = await load({ feeds: [osvFeed], addresses, folder, limits });
    assert.equal(loaded.feeds[0]?.state, 'failed', name);
    assert.match(loaded.warnings.join(), message, name);
    assert.deepEqual(loaded.advisories, [], name);
  }
  assert.deepEqual(readdirSync(folder).sort(), before);
});

test('an entry that lies about its size, a megabyte in a title, HTML: harmless', async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'a.zip');
  makeZip(file, {
    'large.json': osvEntry('MADE-UP-3', { details: Array.from({ length: 60_000 }, (_, at) => at).join() }),
    'html.json': osvEntry('MADE-UP-1', { summary: '<img src=x onerror=alert(1)>' }),
    'long.json': osvEntry('MADE-UP-2', { summary: Array.from({ length: 30_000 }, (_, at) => at).join() }),
  });
  const addresses = { [osvFeed.id]: { path: file } };
  const loaded = await load({ feeds: [osvFeed], addresses, folder, limits: { entryBytes: 200_000 } });
  assert.deepEqual(
    loaded.advisories.map(({ id, title }) => [id, title.length]),
    [
      ['MADE-UP-1', 28],
      ['MADE-UP-2', 500],
    ],
  );
  assert.match(loaded.warnings.join(), /'large.json' is larger than 200000 bytes/);
  const bytes = readFileSync(file);
  // The size that the directory claims for html.json, at byte 24 of its header there.
  const at = bytes.lastIndexOf(Buffer.from('html.json')) - 46 + 24;
  bytes.writeUInt32LE(10, at);
  writeFileSync(file, bytes);
  const lied = await load({ feeds: [osvFeed], addresses, folder });
  assert.deepEqual(lied.advisories.map(({ id }) => id).sort(), ['MADE-UP-2', 'MADE-UP-3']);
  assert.match(lied.warnings.join(), /'html.json' is damaged/);
});
