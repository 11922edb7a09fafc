import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readSerialTail } from '../../../scripts/adapters/qemu/serial.ts';
import { cleanConsole, findDeadEnd } from '../../../scripts/model/console.ts';
import { temporaryFolder } from './temporary-folder.ts';

const esc = '\u001b';

test('colours, cursors, titles and stray control characters go', () => {
  const text = `${esc}[2J${esc}[01;01H[${esc}[0;32m  OK  ${esc}[0m] ssh\r\n${esc}]0;title\u0007a\rb\u0000\u0008c`;
  assert.equal(cleanConsole(text), '[  OK  ] ssh\na\nbc');
});

test('the tail is the last lines, also of a large file, and empty without one', async () => {
  const file = path.join(await temporaryFolder(), 'serial.log');
  assert.equal(await readSerialTail(file, 3), '');
  await writeFile(file, `${'x'.repeat(1024 * 1024)}\none\ntwo\nthree`);
  assert.equal(await readSerialTail(file, 2), 'two\nthree');
});

test('what cannot go on is noticed', () => {
  const panic = '[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs';
  assert.equal(findDeadEnd(`a\n${panic}\nb`), panic);
  assert.equal(findDeadEnd('grub rescue> '), 'grub rescue> ');
  assert.equal(findDeadEnd('Welcome to Debian\ntest login: '), undefined);
});
