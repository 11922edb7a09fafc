/** What a guest wrote to its serial console. */
import { open } from 'node:fs/promises';

const maxBytes = 256 * 1024;

/** The last lines, as plain text: escape sequences of terminals and other control characters are taken out. */
export async function readSerialTail(file: string, lines: number): Promise<string> {
  const text = cleanConsole(await readEnd(file));
  return text.split('\n').slice(-lines).join('\n');
}

async function readEnd(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, maxBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const escapeCharacter = String.fromCharCode(27);
/** Control sequences (ECMA-48, 5.4) and operating system commands that end with BEL. */
const sequences = new RegExp(
  `${escapeCharacter}(\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007]*\\u0007|[@-Z\\\\-_c])`,
  'g',
);

export function cleanConsole(text: string): string {
  return text
    .replace(sequences, '')
    .replace(/\r+\n/g, '\n')
    .replace(/\r/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

/** The same for what a BIOS says of itself. */
export function findFirmwareDeadEnd(text: string): string | undefined {
  return text.split('\n').find((line) => /^No bootable device/.test(line));
}

/** A line by which firmware, boot loader or kernel says that it gave up; waiting on is of no use. */
export function findDeadEnd(text: string): string | undefined {
  return text.split('\n').find((line) => deadEnd.test(line));
}

const deadEnd =
  /Kernel panic - not syncing|^grub> *$|grub rescue>|^\(initramfs\)|No bootable device|^\s*BdsDxe: No bootable option|You are in emergency mode|UEFI Interactive Shell v/;
