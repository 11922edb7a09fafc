/** One line of progress for all that is tested at the same time. */
import type { Task } from '../../ports.ts';

export interface Progress {
  /** What a part of the test does now. */
  doing(part: string, text: string): void;
  /** One more check has a result. */
  checked(): void;
}

export function createProgress(task: Task, total: number): Progress {
  const parts = new Map<string, string>();
  let done = 0;
  return {
    doing(part, text) {
      if (parts.get(part) === text) return;
      parts.set(part, text);
      task.note([...parts].map(([name, state]) => `${name}: ${state}`).join(' · '));
    },
    checked() {
      done++;
      task.progress(Math.min(done, total), total, 'checks');
    },
  };
}
