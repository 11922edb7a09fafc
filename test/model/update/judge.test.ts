/** Advisories, policy and new pins joined: what an update fixes, and until when. Everything but the policy is made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJudges } from '../../../scripts/cli/judge-updates.ts';
import type { KnownAdvisories } from '../../../scripts/model/advisories/match.ts';
import type { Repository, StreamState } from '../../../scripts/model/streams.ts';
import { judgeUpdate } from '../../../scripts/model/update/judge.ts';
import type { PinsUpdate } from '../../../scripts/model/update/judged.ts';
import { madeUpAdvisory, madeUpPin, noEnrichment, pinnedStream } from '../../support/advisory-fixtures.ts';
import { silentLog } from '../../support/fake-ports.ts';
import { shipped } from '../policy/fixture.ts';
import { fakeTree } from '../repository-fixture.ts';

const id = 'debian-12/cloud-base';
const stream = { payload: 'deb' as const, repositories: ['main'] };
const seen = '2026-11-20T00:00:00Z';
const fix = { package: 'example', of: 'binary' as const, fixed: '1.1-1' };
const worst = madeUpAdvisory('MADE-UP-1', [fix], { severity: 'critical', cves: ['CVE-2026-99999'] });
const open = madeUpAdvisory('MADE-UP-2', [{ package: 'example', of: 'binary' as const }]);
const known: KnownAdvisories = { distribution: 'debian-12', advisories: [worst, open], ...noEnrichment };
const pinsOf = (version: string) => pinnedStream(id, [madeUpPin('example', version)]).pins;

function update(from: string, to: string): PinsUpdate {
  return { stream: id, before: pinsOf(from), after: pinsOf(to), availableSince: () => seen };
}

test('what new pins leave behind is judged from when the fix was seen, by the policy', () => {
  const [judged, ...others] = judgeUpdate(update('1.0-1', '1.1-1'), stream, known, shipped);
  assert.ok(judged !== undefined && others.length === 0, 'one without a fix stays');
  assert.equal(judged.finding.available, seen);
  assert.deepEqual(judged.packages, [{ name: 'example', architecture: 'amd64', from: '1.0-1', to: '1.1-1' }]);
  assert.deepEqual(
    [judged.verdict.rule, judged.verdict.due],
    ['exposed-automatable-total', '2026-11-22T00:00:00Z'],
  );
  const local = judgeUpdate(update('1.0-1', '1.1-1'), { ...stream, exposure: 'local' }, known, shipped);
  assert.equal(local[0]?.verdict.rule, 'critical', 'what the stream says of itself counts');
  assert.deepEqual(judgeUpdate(update('1.0-1', '1.0-2'), stream, known, shipped), [], 'not fixed by it');
  const free = judgeUpdate(update('1.0-1', '1.1-1'), stream, known, undefined);
  assert.deepEqual([free[0]?.verdict.due, free[0]?.verdict.approvals], [undefined, 1], 'without a policy');
});

test('feeds are read once a distribution, and only when something is proposed', async () => {
  const state = (name: string): StreamState => ({
    id: name,
    stream: {
      ...stream,
      name: 'Made-Up',
      title: 'Made up',
      kickstart: 'kickstarts/made-up.ks',
      architectures: ['amd64'],
      formats: ['qcow2'],
      limits: { downloadMiB: 1, usedMiB: 1 },
    },
    kickstart: undefined,
    request: undefined,
    pins: [...pinsOf('1.0-1')],
    content: undefined,
    releases: [],
    versions: [],
    problems: [],
  });
  const repository: Repository = {
    targets: undefined,
    repositories: undefined,
    policy: shipped,
    streams: [state(id), state('debian-12/docker-host')],
    problems: [],
  };
  const asked: string[] = [];
  const judges = openJudges({
    advisories: {
      load: async (distribution, streams) => {
        asked.push(`${distribution}: ${streams.map((one) => one.id).join(' ')}`);
        return { ...known, feeds: [], warnings: [] };
      },
    },
    load: async () => ({ repository, problems: [] }),
    ports: {
      log: silentLog,
      clock: { now: () => new Date(seen), sleep: async () => undefined },
      forge: { head: async () => fakeTree({}), commit: async () => assert.fail('nothing is committed') },
    },
  });
  assert.deepEqual(await judges.schedule(id), {});
  assert.deepEqual(asked, []);
  for (const one of [id, 'debian-12/docker-host'])
    assert.equal((await judges.judge({ ...update('1.0-1', '1.1-1'), stream: one })).length, 1, one);
  assert.deepEqual(asked, [`debian-12: ${id} debian-12/docker-host`]);
  await assert.rejects(judges.judge({ ...update('1.0-1', '1.1-1'), stream: 'debian-12/none' }), /no stream/);
});
