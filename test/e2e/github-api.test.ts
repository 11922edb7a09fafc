/** Our calls to GitHub, each checked against GitHub's own description, against a stand-in that keeps what it is told. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { createGithubClient } from '../../scripts/adapters/github/client.ts';
import { createGithubForge } from '../../scripts/adapters/github/forge.ts';
import { tendIssues } from '../../scripts/adapters/github/issues.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { renderYaml } from '../../scripts/model/yaml.ts';
import { runMain } from '../cli/run-main.ts';
import { shippedText } from '../model/policy/fixture.ts';
import { baseFiles, streamId } from '../model/repository-fixture.ts';
import { emulated, type Github, login, openGithub, startGithub, token } from '../support/github.ts';
import { startPrism } from '../support/prism.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const recordOf = (i: number) => `releases/debian-12/cloud-base/20261122.${i}.published.yaml`;

let github: Github;
/** Where calls are checked on their way. */
let checked: string;

const ends: (() => unknown)[] = [];

before(async () => {
  const whole = { after: (work: () => unknown) => void ends.push(work) };
  github = await startGithub(whole);
  checked = await startPrism(whole, github.url);
});
after(async () => {
  for (const end of ends.reverse()) await end();
});

test('twenty people push while ten records are committed by the API, and nothing is lost', async () => {
  await github.push({ 'README.md': 'read me\n' }, 'Begin');
  const people = numbers(20).map((i) =>
    openGithub(github.url).push({ [`people/${i}.txt`]: `${i}` }, `Person ${i}`),
  );
  const records = numbers(10).map((i) => {
    const client = createGithubClient({ token, apiUrl: checked, clock });
    const forge = createGithubForge({ client, repository: emulated, branch: 'main', clock });
    return forge.commit({
      message: `Record ${i}\n`,
      render: async () => [{ path: recordOf(i), content: `record ${i}\n` }],
    });
  });
  const [commits] = await Promise.all([Promise.all(records), Promise.all(people)]);
  assert.equal(new Set(commits).size, 10);
  const subjects = (await github.subjects()).filter((subject) => /^(Person|Record)/.test(subject));
  assert.deepEqual(
    subjects.sort(),
    [...numbers(20).map((i) => `Person ${i}`), ...numbers(10).map((i) => `Record ${i}`)].sort(),
  );
  for (const i of numbers(20)) assert.equal(await github.read(`people/${i}.txt`), `${i}`);
  for (const i of numbers(10)) assert.equal(await github.read(recordOf(i)), `record ${i}\n`);
});

test('a preview is posted with requests that are as GitHub describes them', async (t) => {
  const { client, push } = github;
  const base = await push({ 'README.md': 'hello\n' }, 'Begin');
  await client.request('POST /repos/{owner}/{repo}/git/refs', {
    ...emulated,
    ref: 'refs/heads/feature',
    sha: base,
  });
  const head = await push({ 'releases/a-1/b/stream.yaml': 'x\n' }, 'Newer', 'feature');
  const { data: pull } = await client.request('POST /repos/{owner}/{repo}/pulls', {
    ...emulated,
    title: 'x',
    head: 'feature',
    base: 'main',
  });
  const folder = await temporaryFolder(t);
  const post = async (problems: { message: string }[]) => {
    const stream = {
      stream: 'a-1/b',
      kind: 'none',
      action: 'nothing',
      why: 'w',
      reasons: [],
      architectures: [],
    };
    const preview = {
      pull: pull.number,
      base,
      head,
      streams: [stream],
      problems,
      problemCount: problems.length,
    };
    const repository = { owner: { login } };
    const run = {
      event: 'pull_request',
      head_sha: head,
      head_branch: 'feature',
      html_url: 'https://github.example/a/b/actions/runs/1',
      head_repository: repository,
    };
    await writeFile(path.join(folder, 'preview.json'), JSON.stringify(preview));
    await writeFile(path.join(folder, 'event.json'), JSON.stringify({ workflow_run: run }));
    const { stdout, stderr } = await runMain(
      ['post-preview', path.join(folder, 'preview.json'), '--author', login, '--json'],
      {
        commands,
        env: {
          GITHUB_TOKEN: token,
          GITHUB_REPOSITORY: `${emulated.owner}/${emulated.repo}`,
          GITHUB_API_URL: checked,
          GITHUB_EVENT_PATH: path.join(folder, 'event.json'),
        },
      },
    );
    assert.equal(stderr, '');
    const { comment, check, conclusion } = JSON.parse(stdout);
    return { comment, check, conclusion };
  };
  assert.deepEqual(await post([]), { comment: 'created', check: 'created', conclusion: 'success' });
  assert.deepEqual(await post([{ message: 'x' }]), {
    comment: 'updated',
    check: 'updated',
    conclusion: 'failure',
  });
  assert.deepEqual(await post([{ message: 'x' }]), {
    comment: 'unchanged',
    check: 'unchanged',
    conclusion: 'failure',
  });
});

test('a request that is not as GitHub describes it is seen', async () => {
  const send = (method: string, route: string, body: unknown) =>
    fetch(`${checked}/repos/${emulated.owner}/${emulated.repo}${route}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  assert.equal((await send('PATCH', '/git/refs/heads%2Fmain', { force: false })).status, 422);
  assert.equal((await send('POST', '/git/commits', { message: 'x' })).status, 422);
  assert.equal((await send('PUT', '/contents/x', {})).status, 404);
});

test('the rulesets that come with the repository are as GitHub describes them', async () => {
  const folder = new URL('../../docs/github/', import.meta.url);
  for (const name of ['ruleset-main.json', 'ruleset-paths.json']) {
    const text = await readFile(new URL(name, folder), 'utf8');
    const send = (body: string) =>
      fetch(`${checked}/repos/${emulated.owner}/${emulated.repo}/rulesets`, {
        method: 'POST',
        headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
        body,
      });
    // The stand-in knows no rulesets; what matters is that the request is passed on to it.
    assert.doesNotMatch(await (await send(text)).text(), /prism/);
    assert.match(await (await send(text.replace('"active"', '"on"'))).text(), /prism/);
  }
});

test('issues are opened, changed and closed with requests that are as GitHub describes them', async () => {
  const client = createGithubClient({ token, apiUrl: checked, clock });
  const prefix = '<!-- aperiodic deadlines ';
  const marker = `${prefix}a-1/b -->`;
  const tend = async (...bodies: string[]) => {
    const issues = bodies.map((body) => ({ marker, title: 'Late', body: `${marker}\n${body}\n` }));
    return (await tendIssues(client, emulated, { author: login, prefix, issues })).map(({ done }) => done);
  };
  assert.deepEqual(await tend('one'), ['created']);
  assert.deepEqual(await tend('one'), ['unchanged']);
  assert.deepEqual(await tend('two'), ['updated']);
  assert.deepEqual(await tend(), ['closed']);
  assert.deepEqual(await tend(), []);
});

test('a deadline that was missed is raised as an issue and a mail, once', async (t) => {
  const folder = await temporaryFolder(t);
  const { received, port } = await startSmtpServer(t);
  const alerts = { from: { address: 'images@lists.example.org' }, to: ['release@lists.example.org'] };
  const files: Record<string, string | null> = {
    ...baseFiles(),
    'releases/policy.yaml': shippedText,
    'releases/targets.yaml': renderYaml({ mirrors: [], alerts }),
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text ?? '');
  }
  const verdicts = path.join(folder, 'verdicts.json');
  const verdict = {
    stream: streamId,
    advisory: 'TSA-2026-1',
    feed: 'testix',
    rule: 'important',
    because: ['x'],
  };
  await writeFile(
    verdicts,
    JSON.stringify({ verdicts: [{ ...verdict, due: '2026-01-01T00:00:00Z', approvals: 1 }] }),
  );
  const raise = async (server: number) => {
    const env = {
      GITHUB_TOKEN: token,
      GITHUB_REPOSITORY: `${emulated.owner}/${emulated.repo}`,
      GITHUB_API_URL: checked,
      APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${server}`,
    };
    const args = ['deadlines', '--verdicts', verdicts, '--raise', '--author', login, '--json'];
    const { code, stdout, stderr } = await runMain(args, { commands, cwd: folder, env });
    const { issues, mails } = JSON.parse(stdout);
    assert.ok(issues !== undefined, stderr);
    return { code, stderr, mails, done: issues.map((issue: { done: string }) => issue.done) };
  };
  const down = await raise(1);
  assert.deepEqual([down.code, down.done, down.mails], [1, ['created'], []]);
  assert.match(down.stderr, /the mail could not be sent, and will be with the next run/);
  const { code, done, mails } = await raise(port);
  assert.deepEqual([code, done, mails.length], [0, ['unchanged'], 1]);
  assert.deepEqual((await raise(port)).mails, []);
  assert.equal(received.length, 1);
  const [mail] = received;
  assert.deepEqual([mail?.from, mail?.to], [alerts.from.address, alerts.to]);
  const seen = await simpleParser(mail?.raw ?? '');
  assert.deepEqual(
    [seen.messageId, seen.subject?.startsWith(`${streamId}: deadline missed (1 `)],
    [mails[0].messageId, true],
  );
  assert.match(seen.text ?? '', /^MISSED {2}2026-01-01T00:00:00Z {2}TSA-2026-1 \(rule important\)$/m);
});
