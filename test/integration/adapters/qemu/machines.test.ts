import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createMachines } from '../../../../scripts/adapters/qemu/machines.ts';
import type { BootRequest } from '../../../../scripts/ports.ts';
import { temporaryFolder } from '../../../adapters/qemu/temporary-folder.ts';

const deep = path.join(await temporaryFolder(), 'a'.repeat(100), 'with, comma');
await mkdir(deep, { recursive: true });
const disk = path.join(deep, 'empty.raw');
await writeFile(disk, '');
await truncate(disk, 1024 * 1024);
const request: BootRequest = {
  disk,
  diskFormat: 'raw',
  diskSize: 16 * 1024 * 1024,
  firmware: 'bios',
  architecture: 'amd64',
  folder: path.join(deep, 'guest'),
  hostname: 'test',
};

test('a guest without a system is started, photographed, found to give no login, and leaves only logs', async () => {
  const machine = await createMachines({ accelerator: 'tcg' }).boot(request);
  try {
    assert.ok(machine.echoPort > 0);
    await assert.rejects(machine.waitForLogin(0), { code: 'qa-failed', message: /no login within 0 s/ });
    // Long before the time is over: the BIOS says so.
    const gaveUp = { code: 'qa-failed', message: 'the guest gave up: No bootable device.' };
    await assert.rejects(machine.waitForLogin(120), gaveUp);
    const picture = await machine.screenshot('../screen');
    assert.equal(picture, path.join(request.folder, 'screen.png'));
    assert.equal((await readFile(picture ?? '')).toString('latin1', 1, 4), 'PNG');
  } finally {
    await machine.stop();
    await machine.stop();
  }
  assert.deepEqual((await readdir(request.folder)).sort(), [
    'firmware.log',
    'qemu.log',
    'screen.png',
    'serial.log',
  ]);
  assert.equal(await machine.screenshot('late'), undefined);
  await assert.rejects(machine.waitForLogin(5), { code: 'qa-failed', message: /the guest ended/ });
  assert.deepEqual(await readFile(disk), Buffer.alloc(1024 * 1024));
});

test('a BIOS of ARM and an image that is not there are errors', async () => {
  const machines = createMachines({ accelerator: 'tcg' });
  await assert.rejects(machines.boot({ ...request, architecture: 'arm64' }), { code: 'internal' });
  await assert.rejects(machines.boot({ ...request, disk: path.join(deep, 'missing.raw') }));
  assert.ok(!(await readdir(request.folder)).some((name) => name.startsWith('guest-')));
});

test('a process that is killed leaves no guest running', async () => {
  const script = fileURLToPath(new URL('./boot-and-wait.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, deep], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  assert.equal((await guestsOf(deep)).length, 1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  for (let i = 0; i < 50 && (await guestsOf(deep)).length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(await guestsOf(deep), []);
});

/** Ids of the QEMU processes that use files of a folder. */
async function guestsOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  const mark = folder.replaceAll(',', ',,');
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (line.startsWith('qemu-system-') && line.includes(mark)) found.push(id);
  }
  return found;
}
