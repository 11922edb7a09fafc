/** What a guest wrote to its serial console. */
import { open } from 'node:fs/promises';
import { cleanConsole } from '../../model/console.ts';

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
