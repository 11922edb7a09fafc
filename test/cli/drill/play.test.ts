import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { toolRoot } from '../../../scripts/adapters/host/python-venv.ts';
import { commands } from '../../../scripts/cli/commands.ts';
import { judgePlayed, playSteps, type Step } from '../../../scripts/cli/drill/play.ts';
import { timeTasks } from '../../../scripts/cli/drill/time-tasks.ts';
import { assertValid } from '../../../scripts/model/schema.ts';
import { renderDrill } from '../../../scripts/render/drill.ts';
import { createFakeLog } from '../../support/fake-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { runMain } from '../run-main.ts';

/** Each step takes as many seconds as it is told. */
function world() {
  let time = Date.parse('2026-11-22T12:00:00Z');
  const clock = { now: () => new Date(time) };
  const { log, take } = timeTasks(createFakeLog(), clock);
  const step = (name: string, seconds: number, fails?: string): Step => ({
    name,
    run: async () => {
      const task = log.task(`work of ${name}`);
      time += seconds * 1000;
      if (fails === undefined) task.done();
      else task.failed(fails);
      if (fails !== undefined) throw new Error(fails);
      return `${name} came\nto its end`;
    },
  });
  return { clock, take, step };
}

test('every step and its work are timed, and what cannot be played says why', async () => {
  const { clock, take, step } = world();
  const notice: Step = { name: 'notified', run: undefined, without: 'no address' };
  const played = await playSteps([step('proposed', 5), step('published', 3600), notice], clock, take);
  assert.deepEqual(
    played.steps.map(({ name, status, seconds }) => [name, status, seconds]),
    [
      ['proposed', 'done', 5],
      ['published', 'done', 3600],
      ['notified', 'left-out', 0],
    ],
  );
  assert.deepEqual(played.steps[1]?.parts, [{ title: 'work of published', seconds: 3600 }]);
  assert.equal(judgePlayed(played, '2026-11-22T13:00:05Z'), 'in-time');
  assert.equal(judgePlayed(played, '2026-11-22T13:00:04Z'), 'late');
  assert.equal(judgePlayed(played, undefined), 'in-time');
});

test('after a failure there is a report all the same', async () => {
  const { clock, take, step } = world();
  const played = await playSteps(
    [step('proposed', 5), step('merged', 61, 'no\nway'), step('published', 1)],
    clock,
    take,
  );
  const report = assertValid('DrillReport', {
    advisory: 'DRILL-20261122T120000Z',
    stream: 'testix-1/cloud-base',
    rule: 'emergency',
    started: played.started,
    due: '2026-11-23T00:00:00Z',
    ended: played.ended,
    outcome: judgePlayed(played, '2026-11-23T00:00:00Z'),
    steps: played.steps,
  });
  assert.equal(
    renderDrill(report),
    [
      "DRILL-20261122T120000Z in testix-1/cloud-base: FAILED: 1 min 06 s; due 2026-11-23 00:00 UTC by the rule 'emergency'",
      'proposed    done            5.0 s  proposed came to its end',
      '                            5.0 s    work of proposed',
      'merged      failed      1 min 01 s  no way',
      '                        1 min 01 s    work of merged',
      'published   not-reached     0.0 s  a step before it failed',
    ].join('\n'),
  );
});

test('a drill that is to be mailed begins with a mail server, or not at all', async (t) => {
  const folder = await temporaryFolder(t);
  const started = path.join(folder, 'drill');
  const args = ['drill', '--yes', '--mail-to', 'drill@lists.example.org', '--folder', started];
  const config = path.join(folder, 'config.yaml');
  await writeFile(config, 'store: store\n');
  const { code, stderr } = await runMain([...args, '--config', config], { commands, cwd: toolRoot });
  assert.deepEqual([code, /there is no mail server: set APERIODIC_MAIL_SERVER/.test(stderr)], [1, true]);
  await assert.rejects(stat(started), { code: 'ENOENT' });
});
