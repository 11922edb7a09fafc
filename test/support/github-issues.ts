/** Issues of GitHub in memory. That calls are as GitHub describes them is shown elsewhere (test/e2e/github-api.test.ts). */
import { createGithubClient } from '../../scripts/adapters/github/client.ts';

export const repository = { owner: 'testix', repo: 'images' };

export interface Issue {
  number: number;
  title: string;
  body: string;
  state: string;
  user: { login: string };
  pull_request?: object;
}

/** Issues in memory, behind as much of the API as we call. */
export function createIssueServer(issues: Issue[] = []) {
  const writes: string[] = [];
  const client = createGithubClient({
    token: 'x',
    apiUrl: 'https://api.example.org',
    clock: { now: () => new Date(), sleep: async () => undefined },
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const method = init?.method ?? 'GET';
      const sent: Partial<Issue> = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
      const [, number] = /^\/repos\/testix\/images\/issues(?:\/(\d+))?$/.exec(url.pathname) ?? [];
      if (method === 'GET')
        return answer(issues.filter(({ state }) => state === url.searchParams.get('state')));
      writes.push(`${method} ${number ?? 'new'} ${Object.keys(sent).sort().join()}`);
      if (method === 'POST') {
        const made = {
          number: issues.length + 1,
          title: '',
          body: '',
          state: 'open',
          user: { login: 'robot' },
          ...sent,
        };
        issues.push(made);
        return answer(made, 201);
      }
      const found = issues.find((issue) => issue.number === Number(number));
      return answer(Object.assign(found ?? {}, sent));
    },
  });
  return { client, issues, writes };
}

function answer(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}
