/**
 * A whole run of reconcile in a process of its own, killed by SIGKILL after one call to the cloud: when the work of the
 * call is on disk, and before its answer leaves. Then it is run again.
 */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Delays } from '../../scripts/localcloud/limits.ts';
import type { LogEntry } from '../../scripts/localcloud/request-log.ts';
import { type LocalCloud, startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { recordPath } from '../../scripts/model/streams.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { createAnsweringHypervisor } from './answering-hypervisor.ts';
import { assertPublic } from './cloud-asserts.ts';
import { makeFiles, streamId } from './fake-ports-repository.ts';
import { git } from './git.ts';
import { assertNothingLeft, runChild } from './kill-harness-sweep.ts';
import {
  copyPlace,
  describeResult,
  makeRepository,
  type Place,
  runReconcile,
  snapshotAll,
} from './kill-harness-world.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SigkillOptions {
  /** Which calls a run is killed after. */
  isCounted(entry: LogEntry): boolean;
  /** After which of them, counted from 1. Default: each. */
  isTried?(n: number): boolean;
  /** How long the cloud takes; each call takes a second of its time. Default: no time. */
  delays?: Partial<Delays>;
}

export interface Sigkills {
  /** Calls of a run that nobody killed, and those of them that count. */
  calls: number;
  counted: number;
  /** Processes that were killed, and all was well at the end. */
  kills: number;
}

const home = 'eu-central-1';
const regions = [home, 'us-east-1', 'ap-southeast-1'];
const aws = `{home: ${home}, regions: [{id: ${home}}, {id: us-east-1}, {id: ap-southeast-1, bestEffort: true}], pointers: /aperiodic, launch: {allowFrom: 192.0.2.0/24}}`;
const time = Date.parse('2026-11-22T12:00:00Z');
const day = 24 * 3600;
const workers = 2;

/** A new account and a copy of the repository. */
interface World {
  place: Place;
  local: LocalCloud;
  /** Kills this process after the n-th call that counts. */
  arm(pid: number, n: number, ended: Promise<unknown>): void;
  killedAfter(): LogEntry | undefined;
  remove(): Promise<void>;
}

/** Kills one run after the first call that counts, another one after the second, and so on to the last. */
export async function sweepSigkills(t: TestContext, options: SigkillOptions): Promise<Sigkills> {
  const { isTried = () => true } = options;
  const top = await temporaryFolder(t);
  const template = placeOf(top, 'template');
  await mkdir(template.folder);
  await makeRepository(template, makeFiles({ mirrors: ['primary'], aws }));

  const reference = await makeWorld(t, top, 'reference', options);
  assert.equal(await runChild(reference.place, { when: 'elsewhere' }), null);
  const log = reference.local.log();
  const counts = { calls: log.length, counted: log.filter(options.isCounted).length };
  const expected = await assertReleased(reference);
  await reference.remove();

  const queue = Array.from({ length: counts.counted }, (_, index) => index + 1).filter(isTried);
  let kills = 0;
  const work = async () => {
    for (let n = queue.shift(); n !== undefined; n = queue.shift()) {
      const world = await makeWorld(t, top, `kill-${n}`, options);
      await tryKill(world, n, expected).catch((cause: unknown) => {
        queue.length = 0;
        const words = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`killed after call ${nameOf(world, n)}: ${words}`, { cause });
      });
      kills += 1;
      t.diagnostic(`killed after call ${nameOf(world, n)}`);
      await world.remove();
    }
  };
  const results = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return { ...counts, kills };
}

function nameOf(world: World, n: number): string {
  const entry = world.killedAfter();
  return `${n} (${entry?.call} in ${entry?.region})`;
}

function placeOf(top: string, name: string): Place {
  // Nothing goes to the mirror that has an address here.
  return { folder: path.join(top, name), rsync: '', published: path.join(top, `${name}-published`), time };
}

async function makeWorld(
  t: TestContext,
  top: string,
  name: string,
  { isCounted, delays }: SigkillOptions,
): Promise<World> {
  const place = placeOf(top, name);
  await copyPlace(placeOf(top, 'template'), place);
  await mkdir(path.join(place.folder, 'tmp'));
  let armed: { pid: number; n: number; ended: Promise<unknown> } | undefined;
  let counted = 0;
  let killedAfter: LogEntry | undefined;
  const local = await startLocalCloud({
    folder: path.join(top, `${name}-cloud`),
    regions,
    clock: new Date(time),
    hypervisor: createAnsweringHypervisor(),
    ...(delays === undefined ? {} : { delays }),
    onCall: async (entry) => {
      if (delays !== undefined) local.advance(1);
      if (armed === undefined || killedAfter !== undefined || !isCounted(entry)) return;
      counted += 1;
      if (counted !== armed.n) return;
      killedAfter = entry;
      process.kill(armed.pid, 'SIGKILL');
      await armed.ended;
    },
  });
  t.after(() => local.stop());
  return {
    place: { ...place, cloud: { endpoint: local.endpoint, home } },
    local,
    arm: (pid, n, ended) => {
      armed = { pid, n, ended };
    },
    killedAfter: () => killedAfter,
    remove: async () => {
      await local.stop();
      for (const folder of [place.folder, place.published, path.join(top, `${name}-cloud`)])
        await rm(folder, { recursive: true });
    },
  };
}

async function tryKill(world: World, n: number, expected: readonly string[]): Promise<void> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const start = (pid: number) => world.arm(pid, n, ended);
  const signal = await runChild(world.place, { when: 'elsewhere' }, start).finally(end);
  assert.equal(signal, 'SIGKILL', 'it was not killed');
  await assertGoesOn(world, expected);
}

/** A second run, a day later, ends as one that nobody killed; a third one changes nothing. */
async function assertGoesOn(world: World, expected: readonly string[]): Promise<void> {
  const { place, local } = world;
  local.advance(day);
  await runReconcile({ ...place, time: time + day * 1000 }, {});
  assert.deepEqual(await assertReleased(world), expected);
  await assertNothingLeft(place);
  const before = await snapshotAll(place);
  const end = local.log().at(-1)?.number ?? 0;
  const again = await runReconcile({ ...place, time: time + day * 1000 + 3_600_000 }, {});
  assert.equal(again.plan.action.kind, 'nothing');
  const writes = local.log(end).filter(({ access }) => access === 'write');
  assert.deepEqual(
    writes.map(({ call, region }) => `${call} in ${region}`),
    [],
  );
  assert.deepEqual(await snapshotAll(place), before);
}

/** Gives what came out, without what differs between two runs. */
async function assertReleased({ place, local }: World): Promise<string[]> {
  const remote = path.join(place.folder, 'remote.git');
  const subjects = (await git(remote, 'log', '--format=%s', 'main')).split('\n');
  // The commit that it is made of was made today, whatever the clock of the test says.
  const [began] = (await git(remote, 'log', '--reverse', '--format=%ct', 'main')).split('\n');
  const version = `${new Date(Number(began) * 1000).toISOString().slice(0, 10).replaceAll('-', '')}.0`;
  assert.deepEqual(subjects, [`Record ${streamId} ${version}`, `Release ${streamId} ${version}`, 'Begin']);
  const file = recordPath(streamId, version);
  const record = parseYaml('PublishedRecord', await git(remote, 'show', `main:${file}`), file);
  assert.deepEqual(record.images?.map(({ region }) => region).sort(), regions.toSorted());
  assert.deepEqual(
    record.mirrors.map(({ id }) => id),
    ['primary'],
  );
  await assertPublic(record, { endpoint: local.endpoint, regions, architectures: 1 });
  return (await describeResult(place)).map((line) =>
    line
      .replace(/\b(ami|snap|i)-[0-9a-f]{8,}/g, '$1')
      .replace(/^(deprecateAt): .*$/gm, '$1: left out')
      // The clock of a test goes on while it waits.
      .replace(/\{id: (boots|reboots|clock-right), where: ec2, .*$/gm, '$1'),
  );
}
