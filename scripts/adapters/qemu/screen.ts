/** The text that a BIOS guest shows: firmware and boot loader may speak there and nowhere else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { QmpClient } from './qmp.ts';

/** Where VGA keeps its text: 25 lines of 80 characters, each followed by its colours (IBM VGA, mode 3). */
const textMemory = { val: 0xb8000, size: 80 * 25 * 2 };

/** @param folder where QEMU may write. Empty when it cannot tell; noise when the guest shows pictures. */
export async function readScreenText(qmp: QmpClient, folder: string): Promise<string> {
  const file = path.join(folder, 'screen.bin');
  try {
    await qmp.execute('pmemsave', { ...textMemory, filename: file });
    return decodeScreen(await readFile(file));
  } catch {
    return ''; // QEMU has ended.
  }
}

/** Lines without the space at their ends, nor empty ones at the end of the screen. */
export function decodeScreen(memory: Uint8Array): string {
  const characters = Array.from(memory)
    .filter((_, index) => index % 2 === 0)
    .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '))
    .join('');
  const lines = characters.match(/.{1,80}/g) ?? [];
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
