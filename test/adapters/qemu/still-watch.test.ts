import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { qmpSocketName, startQemu } from '../../../scripts/adapters/qemu/process.ts';
import type { QmpClient } from '../../../scripts/adapters/qemu/qmp.ts';
import { type StillWatchOptions, watchStillness } from '../../../scripts/adapters/qemu/still-watch.ts';
import { temporaryFolder } from './temporary-folder.ts';

const millisecond = 1_000_000n;

/** Answers of a guest with two processors, and how often they were asked for. */
function makeGuest(status = 'running') {
  const state = { status, looks: 0 };
  const qmp: QmpClient = {
    execute: async (command) => {
      if (command === 'query-status') {
        state.looks += 1;
        return { status: state.status, running: state.status === 'running' };
      }
      return [
        { 'cpu-index': 0, 'thread-id': 11, props: { 'thread-id': 0 } },
        { 'cpu-index': 1, 'thread-id': 12 },
      ];
    },
    onEvent: () => undefined,
    close: () => undefined,
  };
  return { state, qmp };
}

/** What the watch said within the first looks. */
async function watchFor(looks: number, options: Pick<StillWatchOptions, 'readRuntime'>, status?: string) {
  const { state, qmp } = makeGuest(status);
  const said: number[] = [];
  const watch = watchStillness({
    qmp,
    onStill: (seconds) => said.push(seconds),
    every: 2,
    patience: 4,
    ...options,
  });
  try {
    while (state.looks < looks && said.length === 0) await sleep(2);
    await sleep(10);
  } finally {
    watch.stop();
  }
  return said;
}

test('processors that do nothing look after look stand still, which is said once', async () => {
  assert.deepEqual(
    await watchFor(100, { readRuntime: async (thread) => BigInt(thread) * millisecond }),
    [0.008],
  );
});

test('one that idles is left alone', async () => {
  let time = 0n;
  const readRuntime = async (thread: number) => {
    time += 10n * millisecond;
    return thread === 11 ? 1n : time;
  };
  assert.deepEqual(await watchFor(20, { readRuntime }), []);
});

test('a guest that is held, and times that nobody can tell, say nothing', async () => {
  assert.deepEqual(await watchFor(20, { readRuntime: async () => 5n }, 'paused'), []);
  assert.deepEqual(await watchFor(20, { readRuntime: async () => undefined }), []);
});

/** A boot sector of these instructions, in a real QEMU: how soon stillness is noticed, if it is. */
async function bootSector(code: readonly number[], looks: number): Promise<number[]> {
  const folder = path.join(await temporaryFolder(), 'guest');
  await mkdir(folder);
  const sector = Buffer.alloc(512);
  Buffer.from(code).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  await writeFile(path.join(folder, 'disk.raw'), sector);
  const machine = ['-nodefaults', '-no-user-config', '-display', 'none', '-accel', 'tcg,thread=multi'];
  const args = [
    ...machine,
    '-drive',
    'file=disk.raw,format=raw',
    '-qmp',
    `unix:${qmpSocketName},server=on,wait=off`,
  ];
  const qemu = await startQemu({
    emulator: 'qemu-system-x86_64',
    args,
    folder,
    log: path.join(folder, 'log'),
  });
  const said: number[] = [];
  let seen = 0;
  const qmp: QmpClient = {
    ...qemu.qmp,
    execute: async (command, parameters) => {
      if (command === 'query-status') seen += 1;
      return await qemu.qmp.execute(command, parameters);
    },
  };
  const watch = watchStillness({ qmp, onStill: (seconds) => said.push(seconds), every: 500, patience: 3 });
  try {
    while (seen < looks && said.length === 0) await sleep(50);
    return said;
  } finally {
    watch.stop();
    await qemu.stop();
  }
}

test('a real guest that halts without interrupts is found out, one that works is not', async () => {
  const [cli, hlt] = [0xfa, 0xf4];
  assert.deepEqual(await bootSector([cli, hlt, 0xeb, 0xfd], 60), [1.5]);
  assert.deepEqual(await bootSector([0xeb, 0xfe], 8), []);
});
