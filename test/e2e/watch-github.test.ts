/** A watch against a stand-in of GitHub, each call checked against GitHub's own description. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGithubClient } from '../../scripts/adapters/github/client.ts';
import { createGithubForge } from '../../scripts/adapters/github/forge.ts';
import { createGithubProposals } from '../../scripts/adapters/github/proposals.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { solveStream } from '../../scripts/stages/solve.ts';
import { watch } from '../../scripts/watch.ts';
import { fakeTree } from '../model/repository-fixture.ts';
import { emulated, startGithub, token } from '../support/github.ts';
import { startPrism } from '../support/prism.ts';
import {
  cloud,
  docker,
  judgeAlpha,
  loadTree,
  payloadOf,
  startWatchWorld,
  streamFiles,
} from '../support/watch-world.ts';

const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
const branch = `aperiodic/next/${cloud}`;

test('one pull request is opened, left alone, updated, and closed when main has caught up', async (t) => {
  const world = await startWatchWorld(t);
  const github = await startGithub(t);
  const checked = await startPrism(t, github.url);
  const writes: string[] = [];
  const logged: typeof fetch = async (input, init) => {
    if (init?.method !== 'GET')
      writes.push(`${init?.method} ${new URL(String(input)).pathname.replace(/^.*\/images/, '')}`);
    return await fetch(input, init);
  };
  const client = createGithubClient({ token, apiUrl: checked, clock, fetch: logged });
  const repository = emulated;
  const ports = {
    ...world.ports,
    payloads: { deb: payloadOf(world.versions), rpm: payloadOf(world.versions) },
    forge: createGithubForge({ client, repository, branch: 'main', clock }),
    proposals: createGithubProposals({ client, repository, main: 'main' }),
  };
  let judge = judgeAlpha('2.0-1', { due: '2026-11-24T00:00:00Z', approvals: 2 });
  const look = async () => {
    writes.length = 0;
    const outcomes = await watch(ports, { load: loadTree, judge, schedule: async () => ({}) });
    return outcomes.map(({ action, name, error }) => error?.message ?? `${action} ${name ?? ''}`.trim());
  };
  const pullOf = async (number: number) => {
    const { data } = await github.client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...emulated,
      pull_number: number,
    });
    return data;
  };
  /** What the repositories of packages have now, as pins of main. */
  const mainPins = async () => {
    const files: Record<string, string> = {};
    for (const id of [cloud, docker]) {
      const stream = parseYaml('Stream', streamFiles()[`releases/${id}/stream.yaml`] ?? '', id);
      const [pins] = await solveStream(id, stream, fakeTree(streamFiles()), ports);
      if (pins !== undefined) files[`releases/${id}/pins.amd64.yaml`] = renderPins(pins);
    }
    return files;
  };
  await github.push({ ...streamFiles(), ...(await mainPins()) }, 'Begin');

  assert.deepEqual(await look(), ['none', 'none']);
  assert.equal(writes.join(), '');

  world.versions.set('alpha', '2.0-1');
  world.versions.set('gamma', '2.0-1');
  const [first = '', second = ''] = await look();
  const number = Number(/^opened #(\d+)$/.exec(first)?.[1]);
  assert.match(second, /^opened #\d+$/);
  const opened = await pullOf(number);
  assert.equal(opened.title, `Update ${cloud}: 1 security fix, due 2026-11-24 00:00 UTC`);
  assert.deepEqual(
    opened.labels.map(({ name }) => name),
    ['update: urgent'],
  );
  assert.match(
    opened.body ?? '',
    /`TEST-2026-1` \(important\), due .*`` alpha: a `flaw` <b>of<\/b> tests @everybody ``/,
  );
  assert.match(opened.body ?? '', /2 approvals/);
  assert.match(
    (await github.read(`releases/${cloud}/pins.amd64.yaml`, branch)) ?? '',
    /alpha, version: 2\.0-1/,
  );

  assert.deepEqual(await look(), [`unchanged #${number}`, second.replace('opened', 'unchanged')]);
  assert.equal(writes.join(), '');

  await github.client.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...emulated,
    pull_number: Number(second.split('#')[1]),
    state: 'closed',
  });
  assert.equal((await look())[1], second.replace('opened', 'declined'));
  assert.equal(writes.join(), '');
  world.versions.set('gamma', '3.0-1');
  const third = (await look())[1] ?? '';
  assert.match(third, /^opened #\d+$/);
  assert.notEqual(third, second);

  await github.push({ 'notes.md': 'mine\n' }, 'A person', `aperiodic/next/${docker}`);
  world.versions.set('gamma', '4.0-1');
  assert.equal((await look())[1], third.replace('opened', 'left'));
  assert.equal(writes.join(), '');

  await github.client.request('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    ...emulated,
    issue_number: number,
    labels: ['update: urgent', 'of a person'],
  });
  world.versions.set('beta', '2.0-1');
  judge = judgeAlpha('2.0-1', { due: '2027-06-01T00:00:00Z' });
  assert.equal((await look())[0], `updated #${number}`);
  const updated = await pullOf(number);
  assert.match(updated.title, /due 2027-06-01/);
  assert.deepEqual(updated.labels.map(({ name }) => name).sort(), ['of a person', 'update: security']);
  assert.match(
    (await github.read(`releases/${cloud}/pins.amd64.yaml`, branch)) ?? '',
    /beta, version: 2\.0-1/,
  );

  await github.push(await mainPins(), 'Main catches up');
  assert.equal((await look())[0], `closed #${number}`);
  assert.equal((await pullOf(number)).state, 'closed');
  assert.ok(writes.includes(`DELETE /git/refs/heads%2F${branch.replaceAll('/', '%2F')}`));
});
