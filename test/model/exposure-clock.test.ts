import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { computeExposure, releaseDatesOf } from '../../scripts/model/exposure-clock.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { ReleasedFix } from '../../scripts/model/types.generated.ts';
import { renderExposure } from '../../scripts/render/exposure.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { repositoryOf } from './plan/golden-case.ts';
import { baseFiles, folder, load, record, release, sha } from './repository-fixture.ts';

const fix: ReleasedFix = {
  advisory: 'TSA-1',
  feed: 'testix',
  title: 'alpha',
  severity: 'critical',
  cves: ['CVE-2026-0001'],
  packages: [{ name: 'alpha', architecture: 'amd64', from: '1', to: '2' }],
  published: '2026-11-20T00:00:00Z',
  available: '2026-11-19T22:00:00Z',
  proposed: '2026-11-20T01:00:00Z',
  due: '2026-11-21T22:00:00Z',
  rule: 'critical',
};
const dates = { merged: '2026-11-20T03:00:00Z', public: '2026-11-20T04:30:00Z' };
const now = new Date('2026-11-22T00:00:00Z');

function clocksOf(fixes: ReleasedFix[], { recorded = true, withdrawn = false, known = true } = {}) {
  const repository = repositoryOf({
    about: '',
    mergedAt: '2026-11-22T10:00:00Z',
    content: 'A',
    targets: ['primary'],
    releases: [
      { version: '20261101.0', content: 'B', recorded: ['primary'] },
      {
        version: '20261120.0',
        content: 'A',
        ...(recorded ? { recorded: ['primary'], recordedAt: '2026-11-21T23:00:00Z' } : {}),
        ...(withdrawn ? { withdrawn: 'bad' } : {}),
      },
    ],
  });
  const newest = repository.streams[0]?.releases.at(-1);
  if (newest !== undefined) newest.release.fixes = fixes;
  return assertValid('ExposureClocks', {
    clocks: computeExposure(repository, () => (known ? dates : {}), now),
  }).clocks;
}

describe('the exposure clock', () => {
  it('has every step, also one that came before the step before', () => {
    const [clock] = clocksOf([fix]);
    assert.deepEqual(clock?.seconds, {
      publishedToAvailable: -7200,
      availableToProposed: 10_800,
      proposedToMerged: 7200,
      mergedToPublic: 5400,
      availableToPublic: 23_400,
      publishedToPublic: 16_200,
    });
    assert.deepEqual([clock?.version, clock?.public, clock?.state], ['20261120.0', dates.public, 'met']);
    assert.match(
      renderExposure(clock === undefined ? [] : [clock]),
      /met, due .*\n {2}to the repository -2 h, .*from fix to public 6 h\n$/,
    );
  });

  it('leaves out what is not known', () => {
    const { published: _, available: __, due: ___, ...rest } = fix;
    const [clock] = clocksOf([rest], { known: false });
    assert.deepEqual(clock?.seconds, {});
    assert.deepEqual([clock?.public, clock?.state], ['2026-11-21T23:00:00Z', 'scheduled']);
  });

  it('is late, open or overdue', () => {
    assert.equal(clocksOf([fix], { known: false })[0]?.state, 'late');
    assert.equal(clocksOf([fix], { recorded: false })[0]?.state, 'overdue');
    assert.equal(clocksOf([{ ...fix, due: '2026-12-01T00:00:00Z' }], { recorded: false })[0]?.state, 'open');
  });

  it('is not stopped by a release that was withdrawn, but by the next one', () => {
    assert.deepEqual(
      clocksOf([fix], { withdrawn: true }).map(({ state, public: at }) => [state, at]),
      [['overdue', undefined]],
    );
    const repository = repositoryOf({
      about: '',
      mergedAt: '2026-11-22T10:00:00Z',
      content: 'A',
      targets: ['primary'],
      releases: [
        { version: '20261120.0', content: 'A', recorded: ['primary'], withdrawn: 'bad' },
        { version: '20261120.1', content: 'A' },
        { version: '20261121.0', content: 'B', recorded: ['primary'], recordedAt: '2026-11-21T20:00:00Z' },
      ],
    });
    for (const { release } of repository.streams[0]?.releases ?? []) release.fixes = [fix];
    assert.deepEqual(
      computeExposure(repository, () => ({}), now).map(({ version, state }) => [version, state]),
      [['20261121.0', 'met']],
    );
    assert.match(renderExposure([]), /No release says yet/);
  });

  it('needs a tree and dates by path, and no git: nor a date where the record has one', async () => {
    const version = '20261120.0';
    const files = baseFiles();
    const issuedAt = '2026-11-20T05:00:00Z';
    const recorded = {
      ...record(version, sha('9')),
      notices: [{ id: 'TEST-testix-1.cloud-base-20261120.0', issuedAt }],
    };
    files[`${folder}/${version}.yaml`] = renderRelease(release(version, sha('9'), { fixes: [fix] }));
    files[`${folder}/${version}.published.yaml`] = renderRecord(recorded);
    const { repository, problems } = await load(files);
    assert.deepEqual(problems, []);
    const added = new Map([
      [`${folder}/${version}.yaml`, new Date(dates.merged)],
      [`${folder}/${version}.published.yaml`, new Date(dates.public)],
    ]);
    const [known] = computeExposure(repository, releaseDatesOf(added), now);
    assert.deepEqual([known?.merged, known?.public], [dates.merged, dates.public]);
    const [unknown] = computeExposure(repository, releaseDatesOf(new Map()), now);
    assert.deepEqual([unknown?.merged, unknown?.public], [undefined, issuedAt], 'not of its last change');
  });
});
