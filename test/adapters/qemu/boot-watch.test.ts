import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { BootWatch } from '../../../scripts/adapters/qemu/boot-watch.ts';
import type { QmpClient } from '../../../scripts/adapters/qemu/qmp.ts';
import { decodeScreen } from '../../../scripts/adapters/qemu/screen.ts';
import { temporaryFolder } from './temporary-folder.ts';

function screenOf(lines: readonly string[]): Buffer {
  const memory = Buffer.alloc(4000, Buffer.from([0x20, 0x07]));
  for (const [row, line] of lines.entries()) {
    for (const [column, character] of [...line].entries())
      memory.writeUInt8(character.charCodeAt(0), (row * 80 + column) * 2);
  }
  return memory;
}

async function makeWatch(firmware: 'bios' | 'uefi' = 'bios') {
  const folder = await temporaryFolder();
  const state = { lines: [] as string[], now: 0 };
  const qmp: QmpClient = {
    execute: async (_, parameters) => {
      await writeFile(String(parameters?.filename), screenOf(state.lines));
      return {};
    },
    onEvent: () => undefined,
    close: () => undefined,
  };
  const serialLog = path.join(folder, 'serial.log');
  const log = path.join(folder, 'firmware.log');
  const firmwareLog = firmware === 'bios' ? log : undefined;
  const watch = new BootWatch({ qmp, serialLog, firmwareLog, folder }, () => state.now);
  return { watch, state, serialLog, log };
}

test('the text of a screen is read', () => {
  assert.equal(decodeScreen(screenOf(['SeaBIOS (version 1)', '', 'grub> '])), 'SeaBIOS (version 1)\n\ngrub>');
  assert.equal(decodeScreen(Buffer.alloc(4000)), '');
});

test('a prompt of the boot loader on the screen alone is a dead end', async () => {
  const { watch, state } = await makeWatch();
  state.lines = ['GNU GRUB  version 2.06'];
  assert.equal(await watch.deadEnd(), undefined);
  state.lines = ['GNU GRUB  version 2.06', '', 'grub> '];
  assert.equal(await watch.deadEnd(), 'grub>');
});

test('what a BIOS says of itself counts', async () => {
  const { watch, log } = await makeWatch();
  await writeFile(
    log,
    'Booting from Hard Disk...\nBoot failed: not a bootable disk\n\nNo bootable device.\n',
  );
  assert.equal(await watch.deadEnd(), 'No bootable device.');
});

test('a disk that is started and says nothing for long has no boot loader', async () => {
  const { watch, state } = await makeWatch();
  state.lines = ['SeaBIOS (version 1)', 'Booting from Hard Disk...'];
  assert.equal(await watch.deadEnd(), undefined);
  state.now = 59_000;
  assert.equal(await watch.deadEnd(), undefined);
  state.now = 61_000;
  assert.match((await watch.deadEnd()) ?? '', /no word since: there is no boot loader/);
});

test('one that says something begins anew', async () => {
  const { watch, state } = await makeWatch();
  state.lines = ['Booting from Hard Disk...'];
  assert.equal(await watch.deadEnd(), undefined);
  state.lines = ['Booting from Hard Disk...', 'GRUB loading.'];
  state.now = 61_000;
  assert.equal(await watch.deadEnd(), undefined);
  state.lines = ['Booting from Hard Disk...'];
  assert.equal(await watch.deadEnd(), undefined);
});

test('a guest of UEFI has only its serial console', async () => {
  const { watch, state, serialLog } = await makeWatch('uefi');
  state.lines = ['grub> '];
  assert.equal(await watch.deadEnd(), undefined);
  await writeFile(serialLog, 'UEFI Interactive Shell v2.2\r\nEDK II\r\n');
  assert.equal(await watch.deadEnd(), 'UEFI Interactive Shell v2.2');
});
