import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { largestSerial } from '../../scripts/model/serial.ts';
import { makeStreamDocument } from '../../scripts/model/stream-document.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml, renderYaml } from '../../scripts/model/yaml.ts';
import { recordRelease } from '../../scripts/stages/record.ts';
import { recordImages } from '../../scripts/stages/record-images.ts';
import { recordWithdrawals } from '../../scripts/stages/record-withdrawals.ts';
import { makeReleaseFile, makeSigned, stream } from '../support/candidate.ts';
import { createFakeForge, type FakeForge } from '../support/fake-forge.ts';
import { imageOf } from './plan/golden-case.ts';

const versions = ['20261122.0', '20261122.1', '20261123.0'] as const;
const regions = ['eu-central-1', 'us-east-1'] as const;
const states = ['public', 'private', 'withdrawn', 'removed'] as const;

const change = fc.oneof(
  fc.record({ kind: fc.constant('release' as const), version: fc.constantFrom(...versions) }),
  fc.record({
    kind: fc.constant('images' as const),
    version: fc.constantFrom(...versions),
    region: fc.constantFrom(...regions),
    state: fc.constantFrom(...states),
  }),
  fc.record({
    kind: fc.constant('withdraw' as const),
    version: fc.constantFrom(...versions),
    reason: fc.constantFrom('bad', 'worse', undefined),
  }),
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const releaseFile = (version: string) => `releases/${stream}/${version}.yaml`;
const recordFile = (version: string) => `releases/${stream}/${version}.published.yaml`;

let time = Date.parse('2026-11-22T12:00:00Z');
const clock = {
  now: () => {
    time += 1000;
    return new Date(time);
  },
  sleep: async () => undefined,
};

async function apply(one: Change, forge: FakeForge): Promise<void> {
  const { version } = one;
  const ports = { forge, clock };
  if (one.kind === 'withdraw') {
    const withdrawn =
      one.reason === undefined ? {} : { withdrawn: { reason: one.reason, at: '2026-11-24T00:00:00Z' } };
    forge.files.set(releaseFile(version), renderYaml(makeReleaseFile({ version, ...withdrawn })));
    await recordWithdrawals(stream, ports);
  } else if (one.kind === 'images') {
    if (!forge.files.has(recordFile(version))) return;
    const image = { ...imageOf(version, one.region), state: one.state };
    await recordImages({ stream, version, images: [image], verb: 'Change' }, ports);
  } else {
    const mirrors = [{ id: 'primary', path: `${stream}/${version}`, checksum: 'a'.repeat(64) }];
    const mirrored = { candidate: makeSigned({ version }), mirrors };
    // A withdrawn release is not recorded: that is an answer too.
    await recordRelease({ mirrored, images: [] }, ports).catch(() => undefined);
  }
}

function documentOf(files: ReadonlyMap<string, string>) {
  const records: PublishedRecord[] = [];
  for (const version of versions) {
    const text = files.get(recordFile(version));
    if (text !== undefined) records.push(parseYaml('PublishedRecord', text, version));
  }
  return makeStreamDocument(records);
}

test('serials grow with every change of a record, and one serial has one document, with pushes in between', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ mine: change, meanwhile: fc.option(change, { nil: undefined }) }), {
        maxLength: 12,
      }),
      async (history) => {
        const forge = createFakeForge(
          Object.fromEntries(
            versions.map((version) => [releaseFile(version), renderYaml(makeReleaseFile({ version }))]),
          ),
        );
        let last = documentOf(forge.files);
        const look = () => {
          const now = documentOf(forge.files);
          if (JSON.stringify(now) === JSON.stringify(last)) return;
          assert.ok(
            now !== undefined && now.serial > (last?.serial ?? 0),
            'a change without a larger serial',
          );
          last = now;
        };
        for (const { mine, meanwhile } of history) {
          if (meanwhile !== undefined) await pushFirst(forge, meanwhile);
          await apply(mine, forge);
          look();
        }
        const serials = versions.map(
          (version) => /^serial: (\d+)$/m.exec(forge.files.get(recordFile(version)) ?? '')?.[1],
        );
        const given = serials.filter((serial) => serial !== undefined);
        assert.equal(new Set(given).size, given.length, 'no two records have one serial');
        assert.equal(await largestSerial(stream, await forge.head()), Math.max(0, ...given.map(Number)));
      },
    ),
    { numRuns: 60 },
  );
});

/** Somebody else's whole change comes between the next reading and its push. */
async function pushFirst(forge: FakeForge, change: Change): Promise<void> {
  const other = createFakeForge(Object.fromEntries(forge.files));
  await apply(change, other);
  forge.pushedFirst.length = 0;
  forge.pushedFirst.push((files) => {
    for (const [file, text] of other.files) files.set(file, text);
  });
}
