import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type DueDate, findDueDates, type Pending, scheduleAfter } from '../../scripts/model/cadence.ts';
import type { Cadence, Freeze, Policy } from '../../scripts/model/types.generated.ts';
import { repositoryOf } from './plan/golden-case.ts';
import { shipped } from './policy/fixture.ts';
import { streamId } from './repository-fixture.ts';

interface World {
  cadence?: Cadence;
  policy?: Policy;
  released?: string[];
  pending?: Pending[];
  retired?: string;
}

function dueOf({
  cadence,
  policy,
  released = ['20261031.0'],
  pending = [],
  retired,
}: World): DueDate | undefined {
  const repository = repositoryOf({
    about: '',
    mergedAt: '2026-11-22T10:00:00Z',
    content: 'A',
    targets: ['primary'],
    releases: released.map((version) => ({ version, content: 'A', recorded: ['primary'] })),
    ...(retired === undefined ? {} : { retired }),
  });
  const [stream] = repository.streams;
  if (stream?.stream !== undefined && cadence !== undefined) stream.stream.cadence = cadence;
  return findDueDates({ ...repository, policy }, pending)[0];
}

const pendingAt = (due: string): Pending => ({
  stream: streamId,
  advisory: 'TSA-1',
  feed: 'testix',
  rule: 'critical',
  approvals: 1,
  due,
});

const freeze = (from: string, to: string, reason = 'holidays'): Freeze => ({
  from: `${from}T00:00:00Z`,
  to: `${to}T00:00:00Z`,
  reason,
});

describe('the next release', () => {
  const cases: [name: string, world: World, kind: DueDate['kind'], at: string | undefined, why: RegExp][] = [
    [
      'is a month after the last, at the end of a shorter one',
      {},
      'scheduled',
      '2026-11-30',
      /^a month after 20261031\.0$/,
    ],
    [
      'follows the cadence of the stream',
      { cadence: { every: 'week' } },
      'scheduled',
      '2026-11-07',
      /^a week after/,
    ],
    [
      'may be some days later',
      { cadence: { every: '10 days' } },
      'scheduled',
      '2026-11-10',
      /^10 days after/,
    ],
    [
      'follows the cadence of the policy where the stream has none',
      { policy: { ...shipped, cadence: { every: 'week' } } },
      'scheduled',
      '2026-11-07',
      /^a week/,
    ],
    ['is due at once where there is none', { released: [] }, 'first', undefined, /nothing is released yet/],
    ['is never due when the stream is retired', { retired: 'old' }, 'never', undefined, /retired/],
    [
      'comes with the first change after the quiet days',
      { cadence: { every: 'change', quietDays: 2 } },
      'change',
      '2026-11-02',
      /anything that changed since 20261031\.0 is due/,
    ],
    [
      'waits for the quiet days',
      { cadence: { every: '2 days', quietDays: 5 } },
      'scheduled',
      '2026-11-05',
      /5 quiet days after/,
    ],
    [
      'waits for the end of freezes, one after the other',
      {
        cadence: { every: 'month', freezes: [freeze('2026-12-02', '2026-12-09', 'more')] },
        policy: { ...shipped, freezes: [freeze('2026-11-30', '2026-12-03')] },
      },
      'scheduled',
      '2026-12-09',
      /put off from 2026-11-30T00:00:00Z by a freeze: holidays, put off from 2026-12-03T00:00:00Z by a freeze: more/,
    ],
    [
      'is due by a deadline, in spite of a freeze',
      {
        policy: { ...shipped, freezes: [freeze('2026-11-01', '2026-12-03')] },
        pending: [pendingAt('2026-11-05T10:00:00Z')],
      },
      'deadline',
      '2026-11-05T10',
      /^TSA-1 is to be public by then, by rule critical; without it the next release would be due 2026-12-03T00:00:00Z$/,
    ],
    [
      'is regular where the deadline comes later',
      { pending: [pendingAt('2026-12-05T10:00:00Z')] },
      'scheduled',
      '2026-11-30',
      /a month/,
    ],
    [
      'is due when stream.yaml says now',
      { cadence: { every: 'month', now: { at: '2026-11-02T08:00:00Z', reason: 'asked for' } } },
      'now',
      '2026-11-02T08',
      /asked for/,
    ],
    [
      'is due regularly again when there was one of that day',
      {
        released: ['20261102.0'],
        cadence: { every: 'month', now: { at: '2026-11-02T08:00:00Z', reason: 'x' } },
      },
      'scheduled',
      '2026-12-02',
      /a month after 20261102\.0/,
    ],
  ];
  for (const [name, world, kind, at, why] of cases) {
    it(name, () => {
      const due = dueOf(world);
      assert.equal(due?.kind, kind);
      assert.ok(at === undefined ? due?.at === undefined : due?.at?.startsWith(at), due?.at);
      assert.match(due?.why ?? '', why);
    });
  }
});

it('a regular date is never in a freeze, before the period or among the quiet days', () => {
  const day = 86_400_000;
  const from = Date.UTC(2026, 0, 31);
  const freezes = fc.array(
    fc.tuple(fc.nat(90), fc.integer({ min: 1, max: 20 })).map(([start, length]) => ({
      from: new Date(from + start * day).toISOString(),
      to: new Date(from + (start + length) * day).toISOString(),
      reason: 'r',
    })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(
      freezes,
      fc.constantFrom('month', 'week', '3 days', 'change'),
      fc.nat(40),
      (all, every, quietDays) => {
        const { at } = scheduleAfter({ version: '20260131.0', at: from }, { every, quietDays }, all);
        const moment = Date.parse(at ?? '');
        assert.ok(moment >= from + quietDays * day);
        assert.ok(all.every((one) => moment < Date.parse(one.from) || moment >= Date.parse(one.to)));
      },
    ),
  );
});
