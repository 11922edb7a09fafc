import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CloudClock, createClock } from './clock.ts';

/** The cloud's clock of a folder: what was advanced stays advanced after a restart. */
export function openClock(folder: string, base: () => number): CloudClock {
  const path = join(folder, 'clock');
  return createClock(base, readOffset(path), (offset) => {
    writeFileSync(`${path}.part`, String(offset));
    renameSync(`${path}.part`, path);
  });
}

function readOffset(path: string): number {
  try {
    const offset = Number(readFileSync(path, 'utf8'));
    return Number.isFinite(offset) && offset >= 0 ? offset : 0;
  } catch {
    return 0;
  }
}
