/** Processes of this machine, by their command line (proc(5)). */
import { readdir, readFile } from 'node:fs/promises';

/** Command lines that mention a text, this process left out. */
export async function processesMentioning(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    if (Number(pid) !== process.pid && line.includes(text)) found.push(line);
  }
  return found;
}
