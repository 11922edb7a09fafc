/** A log that remembers what it was told. */
import type { Log, Task } from '../../scripts/ports.ts';

export interface FakeLog extends Log {
  lines: string[];
}

export function createFakeLog(): FakeLog {
  const lines: string[] = [];
  return {
    lines,
    info: (message) => lines.push(`info ${message}`),
    warn: (message) => lines.push(`warn ${message}`),
    task: (title) => createFakeTask(lines, title),
  };
}

export function createFakeTask(lines: string[] = [], title = 'task'): Task {
  return {
    progress: () => undefined,
    note: (text) => lines.push(`note ${title}: ${text}`),
    done: () => lines.push(`done ${title}`),
    failed: (reason) => lines.push(`failed ${title}: ${reason}`),
  };
}
