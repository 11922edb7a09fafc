/** QEMU processes that end while a guest runs, for real. The guest has an empty disk. */
import assert from 'node:assert/strict';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createMachines } from '../../../../scripts/adapters/qemu/machines.ts';
import { failureOfEnd } from '../../../../scripts/adapters/qemu/process-end.ts';
import type { BootRequest } from '../../../../scripts/ports.ts';
import { temporaryFolder } from '../../../adapters/qemu/temporary-folder.ts';

async function bootEmpty() {
  const top = await temporaryFolder();
  const disk = path.join(top, 'empty.raw');
  await writeFile(disk, '');
  await truncate(disk, 1024 * 1024);
  const request: BootRequest = {
    disk,
    diskFormat: 'raw',
    diskSize: 16 * 1024 * 1024,
    firmware: 'bios',
    architecture: 'amd64',
    folder: path.join(top, 'guest'),
    hostname: 'test',
  };
  return { machine: await createMachines({ accelerator: 'tcg' }).boot(request), folder: top };
}

test('a QEMU that somebody killed is not the fault of the guest, whoever waits', async () => {
  const { machine, folder } = await bootEmpty();
  try {
    const session = machine.run('true', 60);
    process.kill(await findGuest(folder), 'SIGKILL');
    await assert.rejects(session, { code: 'host-failed', message: /QEMU was ended by SIGKILL/ });
    await assert.rejects(machine.waitForLogin(60), { code: 'host-failed' });
    await assert.rejects(machine.tryLogin([]), { code: 'host-failed' });
  } finally {
    await machine.stop();
  }
});

test('how a process ended tells who is to blame', () => {
  assert.equal(failureOfEnd({ exitCode: 0 }, '', false), undefined);
  assert.match(failureOfEnd({ exitCode: 1 }, 'said', false)?.message ?? '', /with exit code 1$/);
  const starved = failureOfEnd({ signal: 'SIGKILL' }, 'said', true);
  assert.equal(starved?.code, 'host-failed');
  assert.match(starved?.message ?? '', /by SIGKILL; the kernel ended processes for want of memory/);
});

async function findGuest(folder: string): Promise<number> {
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (line.startsWith('qemu-system-') && line.includes(folder)) return Number(id);
  }
  return assert.fail('the guest does not run');
}
