import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { mergePull, wantedChecks } from '../../../scripts/adapters/github/merge-pull.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

type Run = { name: string; conclusion: string | null; app: { slug: string } };
const head = 'a'.repeat(40);
const good: Run[] = wantedChecks.map((name) => ({
  name,
  conclusion: 'success',
  app: { slug: 'github-actions' },
}));

/** What it says, and the calls that write. */
async function merge(runs: Run[]) {
  const writes: unknown[] = [];
  const client = createGithubClient({
    token: 'x',
    apiUrl: 'https://api.example',
    clock: createFakeClock(new Date(0)),
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const name = url.searchParams.get('check_name');
      if (init?.method === 'GET') assert.equal(url.pathname, `/repos/o/r/commits/${head}/check-runs`);
      else writes.push([init?.method, url.pathname, JSON.parse(String(init?.body))]);
      const found = runs.filter((run) => run.name === name);
      const body = { total_count: found.length, check_runs: found };
      return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    },
  });
  return { why: await mergePull(client, { owner: 'o', repo: 'r' }, 7, head), writes };
}

test('merges just the commit that passed every check', async () => {
  assert.deepEqual(await merge(good), {
    why: undefined,
    writes: [['PUT', '/repos/o/r/pulls/7/merge', { sha: head, merge_method: 'merge' }]],
  });
});

test('merges nothing whose checks are missing, run, failed, or were made by somebody else', async () => {
  const [first, ...rest] = good;
  assert.ok(first !== undefined);
  const cases: [Run[], RegExp][] = [
    [[], /has not ended/],
    [rest, /'aperiodic preview' has not ended/],
    [[{ ...first, conclusion: null }, ...rest], /has not ended/],
    [[{ ...first, conclusion: 'failure' }, ...rest], /has failed/],
    [[{ ...first, conclusion: 'skipped' }, ...rest], /has failed/],
    [[{ ...first, app: { slug: 'another' } }, ...rest], /has not ended/],
    [[first, { ...first, conclusion: 'failure' }, ...rest], /has failed/],
  ];
  for (const [runs, why] of cases) {
    const result = await merge(runs);
    assert.match(result.why ?? '', why);
    assert.deepEqual(result.writes, []);
  }
});
