/** Kills runs in copies of one world, starts them again, and looks whether all is as after a run that nobody killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createDirectoryStore } from '../../scripts/adapters/store/directory.ts';
import type { Kill } from './kill-harness.ts';
import {
  copyPlace,
  describeResult,
  makeTemplate,
  type Place,
  runReconcile,
  snapshotAll,
} from './kill-harness-world.ts';
import { startRsyncDaemon } from './rsync-daemon.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where a server kills its client: in its hook of that name, the n-th time that it runs. */
export interface ServerKill {
  hook: 'pre-receive' | 'post-receive' | 'pre-xfer' | 'post-xfer';
  time: number;
}

export interface Sweep {
  /** Names of the calls of a run that nobody killed. */
  calls: string[];
  /** How often the servers' hooks ran in it. */
  hooks: Record<ServerKill['hook'], number>;
  /** How long it took. */
  milliseconds: number;
  /** Kills a run there, starts it again, and compares. @throws what is not as it should be */
  tryKill(kill: Kill | ServerKill): Promise<void>;
}

const entry = fileURLToPath(new URL('kill-harness.ts', import.meta.url));
const hooks = ['pre-receive', 'post-receive', 'pre-xfer', 'post-xfer'] as const;
const hour = 3600 * 1000;

/** @param prepare changes the world that every run begins with */
export async function startSweep(t: TestContext, prepare?: (place: Place) => Promise<void>): Promise<Sweep> {
  const top = await temporaryFolder(t);
  const server = path.join(top, 'server');
  await mkdir(server);
  const daemon = await startRsyncDaemon(t, server, {
    module: [`pre-xfer exec = ${server}/pre-xfer`, `post-xfer exec = ${server}/post-xfer`],
  });
  const placeOf = (name: string): Place => ({
    folder: path.join(top, name),
    rsync: `${daemon.url}/${name}`,
    published: path.join(daemon.root, name),
    time: Date.parse('2026-11-22T12:00:00Z'),
  });
  const script = async (file: string, lines: string[]) => {
    await writeFile(file, ['#!/bin/sh', ...lines, 'exit 0', ''].join('\n'));
    await chmod(file, 0o755);
  };
  // Counts its runs, and kills the process of the world when it is told to. A world without a count is not watched.
  const countAndKill = (hook: string) => [
    `[ -e "$world/count-${hook}" ] || exit 0`,
    `echo >> "$world/count-${hook}"`,
    `[ "$(cat "$world/kill" 2>/dev/null)" = "${hook} $(wc -l < "$world/count-${hook}")" ] || exit 0`,
    'kill -9 "$(cat "$world/pid")"',
  ];
  // Only the first script is told what is asked for; both are told the same number (rsyncd.conf(5), pre-xfer exec).
  await script(path.join(server, 'pre-xfer'), [
    `name=$(echo "$RSYNC_REQUEST" | cut -d/ -f2)`,
    `world=${top}/$name`,
    `echo "$world" > "${server}/world-$RSYNC_PID"`,
    ...countAndKill('pre-xfer'),
  ]);
  await script(path.join(server, 'post-xfer'), [
    `world=$(cat "${server}/world-$RSYNC_PID")`,
    ...countAndKill('post-xfer'),
  ]);
  const template = placeOf('case-template');
  await mkdir(template.folder);
  await makeTemplate(template);
  await prepare?.(template);
  for (const hook of ['pre-receive', 'post-receive']) {
    await script(path.join(template.folder, 'remote.git/hooks', hook), [
      'world=$(dirname "$PWD")',
      ...countAndKill(hook),
    ]);
  }
  let made = 0;
  const makePlace = async () => {
    const place = placeOf(`case-${++made}`);
    await copyPlace(template, place);
    await mkdir(path.join(place.folder, 'tmp'));
    for (const hook of hooks) await writeFile(path.join(place.folder, `count-${hook}`), '');
    return place;
  };

  const calls: string[] = [];
  const reference = await makePlace();
  const began = Date.now();
  await runReconcile(reference, { before: (name) => calls.push(name) });
  const milliseconds = Date.now() - began;
  const expected = await describeResult(reference);
  const count = async (hook: string) =>
    (await readFile(path.join(reference.folder, `count-${hook}`), 'utf8')).length;

  const tryKill = async (kill: Kill | ServerKill) => {
    const place = await makePlace();
    if ('hook' in kill) await writeFile(path.join(place.folder, 'kill'), `${kill.hook} ${kill.time}`);
    const signal = await runChild(place, 'hook' in kill ? { when: 'elsewhere' } : kill);
    if (!('when' in kill && kill.when === 'later')) assert.equal(signal, 'SIGKILL', 'it was not killed');
    await rm(path.join(place.folder, 'kill'), { force: true });
    await runReconcile({ ...place, time: place.time + hour }, {});
    assert.deepEqual(await describeResult(place), expected);
    await assertNothingLeft(place);
    const before = await snapshotAll(place);
    const again = await runReconcile({ ...place, time: place.time + 2 * hour }, {});
    assert.equal(again.plan.action.kind, 'nothing');
    assert.deepEqual(await snapshotAll(place), before);
    await rm(place.folder, { recursive: true });
    await rm(place.published, { recursive: true });
  };
  const [preReceive, postReceive, preXfer, postXfer] = await Promise.all(hooks.map(count));
  return {
    calls,
    hooks: {
      'pre-receive': preReceive ?? 0,
      'post-receive': postReceive ?? 0,
      'pre-xfer': preXfer ?? 0,
      'post-xfer': postXfer ?? 0,
    },
    milliseconds,
    tryKill,
  };
}

/**
 * One run in a process of its own. Gives the signal that ended it; null when it ended well.
 * @param onStart is told its id
 */
export async function runChild(
  place: Place,
  kill: Kill,
  onStart: (pid: number) => void = () => undefined,
): Promise<NodeJS.Signals | null> {
  const argument = JSON.stringify({ place, kill });
  const child = spawn(process.execPath, ['--import', 'tsx', entry, argument], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // What a killed run leaves in the folder for temporary files goes with the test.
    env: { ...process.env, TMPDIR: path.join(place.folder, 'tmp'), NODE_TEST_CONTEXT: undefined },
  });
  if (child.pid !== undefined) onStart(child.pid);
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const [code, signal]: [number | null, NodeJS.Signals | null] = await once(child, 'close').then(
    ([exitCode, name]) => [exitCode, name],
  );
  assert.ok(signal === 'SIGKILL' || code === 0, words);
  return signal;
}

/** What may stay is cleaned up by the next download; locks are there only while somebody works. */
export async function assertNothingLeft({ folder }: Place): Promise<void> {
  assert.deepEqual(await readdir(path.join(folder, 'work', 'lock')), []);
  const store = path.join(folder, 'store');
  const own = await createDirectoryStore(store).temporaryFolder();
  assert.deepEqual(await readdir(path.join(store, 'tmp')), [path.basename(own)]);
  await rm(own, { recursive: true });
}

/** Tries all, two at a time; the message of a failure says where the run was killed. */
export async function tryAll(sweep: Sweep, kills: readonly (Kill | ServerKill)[]): Promise<void> {
  const queue = [...kills];
  const work = async () => {
    for (let kill = queue.shift(); kill !== undefined; kill = queue.shift()) {
      const name = 'call' in kill ? ` (${sweep.calls[kill.call - 1]})` : '';
      const where = `${JSON.stringify(kill)}${name}`;
      await sweep.tryKill(kill).catch((cause: unknown) => {
        queue.length = 0;
        const words = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`killed at ${where}: ${words}`, { cause });
      });
    }
  };
  const results = await Promise.allSettled([work(), work()]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
