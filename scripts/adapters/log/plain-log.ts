/** The log for files, pipes and CI: whole lines, few of them. */
import type { Log } from '../../ports.ts';
import { cleanText } from './clean-text.ts';
import { formatDuration, formatProgress, percentOf } from './format-progress.ts';
import { type Output, type TaskView, type Timer, trackTask } from './track-task.ts';

/** A task says where it is after this long, in milliseconds. */
const interval = 10_000;
/** A quarter reached is worth a line, but not within this time of the last. */
const shortest = 2_000;

export interface RunLog extends Log {
  /** Removes what is not meant to stay on the screen. */
  close(): void;
}

export function createPlainLog(output: Output, now: Timer, clean = cleanText): RunLog {
  const line = (text: string) => void output.write(`${clean(text)}\n`);
  return {
    info: (message) => line(message),
    warn: (message) => line(`warning: ${message}`),
    task: (title) =>
      trackTask(title, now, (view) => {
        line(`${view.title}: started`);
        const due = createPace(view.started);
        return {
          changed: (changed) => {
            if (due(changed, now())) line(describe(changed));
          },
          ended: (ended, { ok, text }) => {
            const took = formatDuration(now() - ended.started);
            if (ok) line(`${ended.title}: done in ${took}${text === '' ? '' : ` (${text})`}`);
            else line(`${ended.title}: failed after ${took}: ${text}`);
          },
        };
      }),
    close: () => undefined,
  };
}

/** Decides which changes are worth a line. */
function createPace(started: number): (view: TaskView, time: number) => boolean {
  let last = started;
  let quarter = 0;
  return (view, time) => {
    const reached = view.progress === undefined ? 0 : Math.floor((percentOf(view.progress) ?? 0) / 25);
    const passed = reached > quarter && reached < 4;
    if (time - last < (passed ? shortest : interval)) return false;
    quarter = Math.max(quarter, reached);
    last = time;
    return true;
  };
}

function describe(view: TaskView): string {
  const parts = [view.progress === undefined ? '' : formatProgress(view.progress), view.note];
  return `${view.title}: ${parts.filter((part) => part !== '').join(', ')}`;
}

/** Only warnings. The error that ends a run is printed by the command line itself. */
export function createQuietLog(output: Output): RunLog {
  const silent = { progress: () => undefined, note: () => undefined, done: () => undefined };
  return {
    info: () => undefined,
    warn: (message) => void output.write(`warning: ${cleanText(message)}\n`),
    task: () => ({ ...silent, failed: () => undefined }),
    close: () => undefined,
  };
}
