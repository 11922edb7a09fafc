/** What all logs share: the state of one task, and the rule that it ends once. */
import type { Task } from '../../ports.ts';
import { cleanLine } from './clean-text.ts';
import type { Progress } from './format-progress.ts';

/** Where a log writes: a stream of the process, or a test's list. */
export interface Output {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Milliseconds that only grow. */
export type Timer = () => number;

/** A task as a log shows it; all text is clean. */
export interface TaskView {
  readonly title: string;
  readonly started: number;
  readonly progress: Progress | undefined;
  readonly note: string;
}

export interface TaskEvents {
  changed(view: TaskView): void;
  ended(view: TaskView, result: { ok: boolean; text: string }): void;
}

/** A task that tells `events` about each change until it has ended, and nothing after. */
export function trackTask(title: string, now: Timer, start: (view: TaskView) => TaskEvents): Task {
  const state: { -readonly [K in keyof TaskView]: TaskView[K] } = {
    title: cleanLine(title),
    started: now(),
    progress: undefined,
    note: '',
  };
  const events = start(state);
  let open = true;
  const end = (ok: boolean, text: string) => {
    if (!open) return;
    open = false;
    events.ended(state, { ok, text: cleanLine(text) });
  };
  return {
    progress: (done, total, unit) => {
      state.progress = { done, total, unit: cleanLine(unit) };
      if (open) events.changed(state);
    },
    note: (text) => {
      state.note = cleanLine(text);
      if (open) events.changed(state);
    },
    done: (summary) => end(true, summary ?? ''),
    failed: (reason) => end(false, reason),
  };
}
