import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { cloud, docker, judgeAlpha, pinOf, startWatchWorld, streamFiles } from '../support/watch-world.ts';

const nextCloud = `aperiodic/next/${cloud}`;
const nextDocker = `aperiodic/next/${docker}`;
const actions = (outcomes: { branch: string; action: string }[]) =>
  Object.fromEntries(outcomes.map(({ branch, action }) => [branch.replace('aperiodic/next/', ''), action]));
const releaseOf = (text: string) => parseYaml('Release', text, 'release.yaml');

/** Main has pins and release files: what the first watch proposes was merged. */
async function startMerged(t: Parameters<typeof startWatchWorld>[0], more: Record<string, string> = {}) {
  const world = await startWatchWorld(t, more);
  for (const { branch } of await world.watch()) world.git.merge(branch);
  await world.watch();
  world.writes.length = 0;
  return world;
}

describe('a watch', () => {
  it('proposes first pins, and closes the branch when main has them', async (t) => {
    const world = await startWatchWorld(t);
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'opened', [docker]: 'opened' });
    assert.match(world.show(nextCloud, `releases/${cloud}/pins.amd64.yaml`), /name: alpha/);
    world.git.merge(nextCloud);
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'closed', [docker]: 'unchanged' });
    assert.doesNotMatch(world.refs(), /cloud-base/);
    assert.match(world.refs(), /docker-host/);
  });

  it('a hundred times without a change writes nothing, whether or not something is proposed', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '1.0-2');
    await world.watch();
    world.writes.length = 0;
    const refs = world.refs();
    for (let i = 0; i < 100; i++) {
      world.time.now = new Date(Date.parse('2026-11-23T00:00:00Z') + i * 3_600_000).toISOString();
      assert.deepEqual(actions(await world.watch()), { [cloud]: 'unchanged', [docker]: 'none' });
    }
    assert.deepEqual(world.writes, []);
    assert.equal(world.refs(), refs);
  });

  it('proposes for exactly the streams that have the package', async (t) => {
    const world = await startMerged(t);
    world.versions.set('gamma', '1.0-2');
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'none', [docker]: 'opened' });
    world.versions.set('alpha', '1.0-2');
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'opened', [docker]: 'updated' });
  });

  it('stays quiet when packages only move to another place', async (t) => {
    const world = await startMerged(t);
    const { solve } = world.ports.payloads.deb;
    const elsewhere: typeof solve = async (request, architecture, task) =>
      (await solve(request, architecture, task)).map((pin) => ({ ...pin, path: `other/${pin.path}` }));
    world.ports.payloads = {
      ...world.ports.payloads,
      deb: { ...world.ports.payloads.deb, solve: elsewhere },
    };
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'none', [docker]: 'none' });
  });

  it('rewrites the branch on top of main, with one commit, the same version and the first dates', async (t) => {
    const world = await startMerged(t);
    world.versions.set('alpha', '2.0-1');
    const judge = judgeAlpha('2.0-1', { due: '2026-11-29T00:00:00Z' });
    world.time.now = '2026-11-23T08:00:00Z';
    await world.watch({ judge });
    world.commit({ 'README.md': 'main goes on\n' });
    world.time.now = '2026-11-25T08:00:00Z';
    world.versions.set('beta', '2.0-1');
    assert.deepEqual(actions(await world.watch({ judge })), { [cloud]: 'updated', [docker]: 'unchanged' });
    const release = releaseOf(world.show(nextCloud, `releases/${cloud}/20261123.0.yaml`));
    assert.equal(release.reason, 'Security update: TEST-2026-1');
    const [fix] = release.fixes ?? [];
    assert.deepEqual(
      [fix?.available, fix?.proposed, fix?.published, fix?.due, fix?.rule],
      [
        '2026-11-23T08:00:00Z',
        '2026-11-23T08:00:00Z',
        '2026-11-20T00:00:00Z',
        '2026-11-29T00:00:00Z',
        'important',
      ],
    );
    assert.deepEqual(world.git.tip(nextCloud).parents, [world.git.branches.get('main')]);
    assert.match((await world.title(nextCloud)) ?? '', /1 security fix, due 2026-11-29/);
  });

  it('knows since when a fix was there that an advisory named only later', async (t) => {
    const world = await startMerged(t);
    world.versions.set('alpha', '2.0-1');
    await world.watch();
    const since = world.time.now;
    world.time.now = '2099-01-01T00:00:00Z';
    assert.equal(actions(await world.watch({ judge: judgeAlpha('2.0-1') }))[cloud], 'updated');
    const [fix] = releaseOf(world.show(nextCloud, `releases/${cloud}/20261122.1.yaml`)).fixes ?? [];
    assert.deepEqual([fix?.available, fix?.proposed], [since, '2099-01-01T00:00:00Z']);
  });

  it('hurries nobody for what is stated not to affect a stream, and calls it no fix', async (t) => {
    const world = await startMerged(t);
    world.versions.set('alpha', '2.0-1');
    const reason = {
      vulnerability: 'CVE-2026-0001',
      justification: 'vulnerable_code_not_present',
      statement: 'It is built without it',
      statedAt: '2026-11-20T00:00:00Z',
    } as const;
    const judge: typeof urgent = async (update) =>
      (await urgent(update)).map(({ verdict: { due: _, ...verdict }, finding, packages }) => ({
        finding: { ...finding, notAffected: [reason] },
        packages,
        verdict: { ...verdict, rule: 'not-affected' },
      }));
    const urgent = judgeAlpha('2.0-1', { due: '2026-11-23T00:00:00Z', approvals: 0 });
    const [hurried] = await world.watch({ judge: urgent, dryRun: true });
    assert.deepEqual([hurried?.deadline?.urgency, hurried?.deadline?.approvals], ['urgent', 0]);
    const [stated] = await world.watch({ judge });
    assert.deepEqual(stated?.deadline, { urgency: 'routine', approvals: 1 });
    assert.equal(stated?.updates?.[0]?.notAffected.length, 1);
    const { fixes, reason: why } = releaseOf(world.show(nextCloud, `releases/${cloud}/20261122.1.yaml`));
    assert.deepEqual([fixes, why], [undefined, 'Update of 1 package']);
    world.writes.length = 0;
    assert.equal(actions(await world.watch({ judge }))[cloud], 'unchanged');
    assert.deepEqual(world.writes, []);
  });

  it('takes another version when main has taken the one that was proposed', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    await world.watch();
    assert.match(world.show(nextCloud, `releases/${cloud}/20261122.1.yaml`), /Update of 1 package/);
    const merged = world.show('main', `releases/${cloud}/20261122.0.yaml`);
    world.commit({
      [`releases/${cloud}/20261122.1.yaml`]: merged
        .replace('20261122.0', '20261122.1')
        .replace(/content: ./, 'content: 0'),
    });
    assert.equal(actions(await world.watch())[cloud], 'updated');
    assert.match(world.show(nextCloud, `releases/${cloud}/20261122.2.yaml`), /20261122\.2/);
  });

  it('leaves a branch alone that a person committed to, and says so', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    await world.watch();
    world.commit({ 'notes.md': 'mine\n' }, nextCloud);
    const refs = world.refs();
    world.versions.set('beta', '3.0-1');
    assert.equal(actions(await world.watch())[cloud], 'left');
    assert.equal(world.refs(), refs);
    assert.ok(world.log.some((line) => line.startsWith('warn') && line.includes(nextCloud)));
  });

  it('leaves a commit alone that a person amended', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    await world.watch();
    const { message } = world.git.tip(nextCloud);
    world.git.commit(nextCloud, { 'kickstarts/docker.ks': null }, message, 'amend');
    const refs = world.refs();
    assert.equal(actions(await world.watch())[cloud], 'left');
    assert.equal(world.refs(), refs);
  });

  it('does not overwrite what a person pushes while it works', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    await world.watch();
    world.versions.set('beta', '3.0-1');
    const { proposals } = world.ports;
    world.ports.proposals = {
      ...proposals,
      put: async (...wish) => {
        world.commit({ 'notes.md': 'mine\n' }, nextCloud);
        return await proposals.put(...wish);
      },
    };
    const [outcome] = await world.watch();
    assert.deepEqual([outcome?.action, outcome?.error?.code], ['failed', 'conflict']);
    assert.equal(world.show(nextCloud, 'notes.md'), 'mine\n');
  });

  it('brings new packages into the store before it proposes them', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    await world.watch({ dryRun: true });
    assert.equal(await world.ports.store.find(pinOf('beta', '2.0-1').sha256), undefined);
    await world.watch();
    assert.notEqual(await world.ports.store.find(pinOf('beta', '2.0-1').sha256), undefined);
    world.versions.set('beta', '3.0-1');
    const { payloads } = world.ports;
    const download = async () => {
      throw new Error('the mirror broke');
    };
    world.ports.payloads = { ...payloads, deb: { ...payloads.deb, download } };
    const refs = world.refs();
    assert.equal(actions(await world.watch())[cloud], 'failed');
    assert.equal(world.refs(), refs);
  });

  it('with --dry-run says what it would do', async (t) => {
    const world = await startMerged(t);
    world.versions.set('beta', '2.0-1');
    const refs = world.refs();
    const [outcome] = await world.watch({ dryRun: true });
    assert.deepEqual([outcome?.action, outcome?.title], ['opened', `Update ${cloud}: 1 package`]);
    assert.deepEqual(world.writes, []);
    assert.equal(world.refs(), refs);
  });

  it('goes on when one stream cannot be resolved', async (t) => {
    const world = await startMerged(t);
    world.versions.delete('beta');
    world.versions.set('gamma', '2.0-1');
    const outcomes = await world.watch();
    assert.deepEqual(actions(outcomes), { [cloud]: 'failed', [docker]: 'opened' });
    assert.match(outcomes[0]?.error?.message ?? '', /no repository has beta/);
  });

  it('marks what the cadence wants by now, once; and keeps what a person said by --now', async (t) => {
    const world = await startMerged(t);
    const subject = async (branch: string) => (await world.title(branch)) ?? '';
    world.versions.set('beta', '2.0-1');
    world.versions.set('gamma', '2.0-1');
    const schedule = async (stream: string) => (stream === cloud ? { due: '2026-12-01T00:00:00Z' } : {});
    await world.watch({ schedule });
    world.time.now = '2026-12-01T05:00:00Z';
    assert.deepEqual(actions(await world.watch({ schedule })), { [cloud]: 'updated', [docker]: 'unchanged' });
    assert.match(await subject(nextCloud), /regular release due since 2026-12-01 00:00 UTC$/);
    assert.equal(actions(await world.watch({ schedule }))[cloud], 'unchanged');
    assert.equal(actions(await world.watch({ schedule, now: true }))[docker], 'updated');
    assert.match(await subject(nextDocker), /regular release due now$/);
    assert.deepEqual(actions(await world.watch({ schedule })), {
      [cloud]: 'unchanged',
      [docker]: 'unchanged',
    });
  });

  it('with --merge merges what nobody has to approve, and writes nothing else', async (t) => {
    const world = await startMerged(t);
    world.versions.set('alpha', '2.0-1');
    const nobody = judgeAlpha('2.0-1', { approvals: 0 });
    assert.equal(actions(await world.watch({ judge: nobody, merge: true }))[cloud], 'opened');
    assert.deepEqual(world.writes, []);
    await world.watch({ judge: nobody });
    world.writes.length = 0;
    assert.equal(actions(await world.watch({ judge: judgeAlpha('2.0-1'), merge: true }))[cloud], 'updated');
    assert.deepEqual(world.writes, []);
    assert.deepEqual(actions(await world.watch({ judge: nobody, merge: true })), {
      [cloud]: 'merged',
      [docker]: 'merged',
    });
    assert.deepEqual(world.writes, [`merge ${nextCloud}`, `merge ${nextDocker}`]);
  });
});

describe('a kickstart on main', () => {
  it('that asks for more is proposed with new pins, for all that use an include', async (t) => {
    const world = await startMerged(t);
    world.commit({ 'kickstarts/include/shared.ks': 'alpha\ndelta\n' });
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'opened', [docker]: 'opened' });
    assert.match(world.show(nextCloud, `releases/${cloud}/pins.amd64.yaml`), /name: delta/);
    assert.match(world.show(nextCloud, `releases/${cloud}/20261122.1.yaml`), /Packages for the kickstart/);
    world.git.merge(nextCloud);
    assert.deepEqual(actions(await world.watch()), { [cloud]: 'closed', [docker]: 'unchanged' });
  });

  it('that changes nothing of the packages is left to the release that CI mints', async (t) => {
    const world = await startMerged(t);
    const text = streamFiles()['kickstarts/cloud.ks'] ?? '';
    world.commit({ 'kickstarts/cloud.ks': text.replace('--size=900', '--size=901') });
    assert.equal(actions(await world.watch())[cloud], 'none');
    world.versions.set('beta', '2.0-1');
    await world.watch();
    // 20261122.1 is what CI is about to write.
    assert.match(world.show(nextCloud, `releases/${cloud}/20261122.2.yaml`), /Update of 1 package/);
  });
});

describe('a group', () => {
  const grouped = () =>
    Object.fromEntries(
      Object.entries(streamFiles()).map(([file, text]) => [
        file,
        file.endsWith('stream.yaml') ? `${text}group: monthly\n` : text,
      ]),
    );

  it('is one proposal of the streams that changed', async (t) => {
    const world = await startMerged(t, grouped());
    const branch = 'aperiodic/next/group_monthly';
    world.versions.set('alpha', '2.0-1');
    const [outcome, ...rest] = await world.watch();
    assert.deepEqual([outcome?.branch, outcome?.streams, rest], [branch, [cloud, docker], []]);
    assert.equal(outcome?.title, 'Update monthly (2 streams): 1 package');
    assert.match(world.show(branch, `releases/${docker}/pins.amd64.yaml`), /2\.0-1/);
    world.versions.set('alpha', '1.0-1');
    world.versions.set('gamma', '2.0-1');
    assert.equal((await world.watch({ streams: [cloud] }))[0]?.action, 'updated');
    assert.throws(() => world.show(branch, `releases/${cloud}/20261122.1.yaml`));
  });

  it('takes the place of proposals of its streams, which are closed', async (t) => {
    const world = await startMerged(t);
    world.versions.set('alpha', '2.0-1');
    await world.watch();
    const files = grouped();
    world.commit(Object.fromEntries(Object.entries(files).filter(([file]) => file.endsWith('stream.yaml'))));
    assert.deepEqual(actions(await world.watch()), {
      group_monthly: 'opened',
      [cloud]: 'closed',
      [docker]: 'closed',
    });
  });
});

it('content that was withdrawn is not proposed again', async (t) => {
  const world = await startMerged(t);
  const good = world.show('main', `releases/${cloud}/pins.amd64.yaml`);
  world.versions.set('beta', '2.0-1');
  await world.watch();
  world.git.merge(nextCloud);
  await world.watch();
  const release = `releases/${cloud}/20261122.1.yaml`;
  world.commit({
    [release]: `${world.show('main', release)}\nwithdrawn: {reason: broken, at: '2026-11-23T00:00:00Z'}\n`,
    [`releases/${cloud}/pins.amd64.yaml`]: `${good}
`,
  });
  const before = world.refs();
  const [outcome] = await world.watch();
  assert.deepEqual([outcome?.action, outcome?.error], ['held', undefined], outcome?.why);
  assert.equal(world.refs(), before);
});
