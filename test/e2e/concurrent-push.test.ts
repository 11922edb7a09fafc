/** While a run is at work, people push: nobody's push is lost, and the record lands or is refused. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AperiodicError } from '../../scripts/model/errors.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { makeFiles, folder as streamFolder } from '../support/fake-ports-repository.ts';
import { git } from '../support/git.ts';
import { makeTemplate, type Place, pushChange, runReconcile } from '../support/kill-harness-world.ts';
import { startRsyncDaemon } from '../support/rsync-daemon.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const both = { mirrors: ['primary', 'second'] };

async function makePlace(t: TestContext): Promise<Place> {
  const top = await temporaryFolder(t);
  const daemon = await startRsyncDaemon(t, top);
  const place: Place = {
    folder: path.join(top, 'world'),
    rsync: `${daemon.url}/world`,
    published: path.join(daemon.root, 'world'),
    time: Date.parse('2026-11-22T12:00:00Z'),
  };
  await mkdir(place.folder);
  await makeTemplate(place);
  return place;
}

const remoteOf = ({ folder }: Place) => path.join(folder, 'remote.git');
const subjects = async (place: Place) =>
  (await git(remoteOf(place), 'log', '--format=%s', 'main')).split('\n');
const show = (place: Place, file: string) => git(remoteOf(place), 'show', `main:${file}`);

/** The newest release file on main. */
async function newestVersion(place: Place): Promise<string> {
  const names = (await git(remoteOf(place), 'ls-tree', '--name-only', `main:${streamFolder}`)).split('\n');
  const versions = names.flatMap((name) => /^(\d{8}\.\d+)\.yaml$/.exec(name)?.[1] ?? []);
  return versions.at(-1) ?? '';
}

/** Runs reconcile, and calls `push` once, before the first call of that name. */
async function runWhile(place: Place, call: string, push: () => Promise<unknown>) {
  let pushed: Promise<unknown> | undefined;
  const outcome = await runReconcile(place, {
    // The call waits until the push is in: it must not be a matter of luck who was first.
    before: (name) => {
      if (name !== call || pushed !== undefined) return undefined;
      pushed = push();
      return pushed;
    },
  }).catch((error: AperiodicError) => error);
  assert.ok(pushed !== undefined, `${call} was never called`);
  await pushed;
  return outcome;
}

test('an unrelated push while it is made: the record lands on top of it', async (t) => {
  const place = await makePlace(t);
  const outcome = await runWhile(place, 'mirror second.publish', async () =>
    pushChange(place, { 'README.md': 'hello\n' }, 'Say hello'),
  );
  assert.ok(!(outcome instanceof Error), String(outcome));
  const list = await subjects(place);
  assert.match(list[0] ?? '', /^Record /);
  assert.deepEqual(list[1], 'Say hello');
  assert.match(list[2] ?? '', /^Release /);
  assert.equal(await show(place, 'README.md'), 'hello');
  assert.equal((await runReconcile(place, {})).plan.action.kind, 'nothing');
});

test('the release is withdrawn while it is made: it is not recorded, and the withdrawal stays', async (t) => {
  const place = await makePlace(t);
  const file = async () => `${streamFolder}/${await newestVersion(place)}.yaml`;
  const outcome = await runWhile(place, 'mirror second.publish', async () => {
    const release = parseYaml('Release', `${await show(place, await file())}\n`, await file());
    const withdrawn = { reason: 'It does not boot', at: '2026-11-22T09:00:00Z' };
    return pushChange(place, { [await file()]: renderRelease({ ...release, withdrawn }) }, 'Withdraw');
  });
  assert.ok(outcome instanceof Error && /was withdrawn: It does not boot/.test(outcome.message));
  assert.match(await show(place, await file()), /withdrawn/);
  assert.equal((await subjects(place))[0], 'Withdraw');
  const { plan } = await runReconcile(place, {});
  assert.equal(plan.action.kind, 'held');
  assert.equal((await subjects(place))[0], 'Withdraw');
});

test('newer pins come while it is made: what was tested is recorded, and they are the next release', async (t) => {
  const place = await makePlace(t);
  const newer = async () => pushChange(place, makeFiles({ ...both, alpha: '3.0-1' }), 'Still newer pins');
  const outcome = await runWhile(place, 'images.build', newer);
  assert.ok(!(outcome instanceof Error), String(outcome));
  const { recorded } = outcome;
  assert.ok(recorded !== undefined);
  const next = await runReconcile(place, {});
  assert.ok(next.recorded !== undefined && next.recorded.record.version !== recorded.record.version);
  assert.notEqual(
    next.recorded.record.architectures[0]?.raw.sha256,
    recorded.record.architectures[0]?.raw.sha256,
  );
  const list = (await subjects(place)).map((subject) => subject.replace(/ .*/, ''));
  assert.deepEqual(list.slice(0, 5), ['Record', 'Release', 'Record', 'Still', 'Release']);
  assert.equal((await runReconcile(place, {})).plan.action.kind, 'nothing');
});

test('newer pins come before the release file is committed: one is minted for them alone', async (t) => {
  const place = await makePlace(t);
  const outcome = await runWhile(place, 'forge.commit', async () =>
    pushChange(place, makeFiles({ ...both, alpha: '3.0-1' }), 'Still newer pins'),
  );
  assert.ok(!(outcome instanceof Error), String(outcome));
  const list = (await subjects(place)).map((subject) => subject.replace(/ .*/, ''));
  assert.deepEqual(list.slice(0, 4), ['Record', 'Release', 'Still', 'Newer']);
  assert.equal((await runReconcile(place, {})).plan.action.kind, 'nothing');
});
