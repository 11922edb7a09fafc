import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGithubClient } from '../../../scripts/adapters/github/client.ts';
import { findPullsOfRun } from '../../../scripts/adapters/github/pulls.ts';

const repository = { owner: 'testix', repo: 'images' };
const head = 'ab'.repeat(20);

/** Names that git takes for a branch, or that an event could hold. */
const branches = [
  'main&state=closed',
  'a?b#c',
  '../../../user',
  '$(id)',
  '`id`',
  '${{github.token}}',
  'x"; curl evil.test; "',
  '<script>alert(1)</script>',
  '@evil',
  '%2e%2e%2f',
  'a\r\nX-Evil: 1',
  '\u202egnirts',
  '-rf',
  'x'.repeat(1000),
];

describe('the pull request of a run', () => {
  it('is looked up by a branch of any name, which stays one value of the query', async () => {
    for (const branch of branches) {
      const seen: URL[] = [];
      const client = createGithubClient({
        token: 'x',
        apiUrl: 'https://api.example.org',
        clock: { now: () => new Date(), sleep: async () => undefined },
        fetch: async (input) => {
          seen.push(new URL(String(input)));
          const pulls = [
            { number: 1, head: { sha: head } },
            { number: 2, head: { sha: 'f'.repeat(40) } },
          ];
          return new Response(JSON.stringify(pulls), { headers: { 'content-type': 'application/json' } });
        },
      });
      const found = await findPullsOfRun(client, repository, {
        event: 'pull_request',
        head_sha: head,
        head_branch: branch,
        html_url: '',
        head_repository: { owner: { login: 'somebody' } },
      });
      assert.deepEqual(found, [{ number: 1, head }]);
      const [url] = seen;
      assert.equal(url?.host, 'api.example.org');
      assert.equal(url?.pathname, '/repos/testix/images/pulls');
      assert.deepEqual([...(url?.searchParams ?? [])].sort(), [
        ['head', `somebody:${branch}`],
        ['per_page', '100'],
        ['state', 'open'],
      ]);
    }
  });
});
