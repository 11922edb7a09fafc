/** The log for a person at a terminal: one live line for each running task, redrawn in place. */
import { cleanText } from './clean-text.ts';
import { formatBytes, formatDuration, formatProgress } from './format-progress.ts';
import type { RunLog } from './plain-log.ts';
import { type Output, type TaskView, type Timer, trackTask } from './track-task.ts';

/** Milliseconds between two redraws, at most ten a second. */
const frame = 100;

export interface TerminalOptions {
  color: boolean;
  /** Calls the function again and again; gives what stops it. Replaced in tests. */
  every?: (milliseconds: number, run: () => void) => () => void;
}

const repeat = (milliseconds: number, run: () => void) => {
  const timer = setInterval(run, milliseconds).unref();
  return () => clearInterval(timer);
};

export function createTerminalLog(output: Output, now: Timer, options: TerminalOptions): RunLog {
  const running = new Set<TaskView>();
  const paint = (code: number, text: string) => (options.color ? `\x1b[${code}m${text}\x1b[0m` : text);
  let drawn = 0;
  let stop: (() => void) | undefined;

  /** Wrapping is off while live lines are drawn, so that one line is one row whatever the width of its characters. */
  const redraw = (above = '') => {
    const width = Math.max(20, (output.columns ?? 80) - 1);
    const rows = [...running].slice(0, Math.max(1, (output.rows ?? 24) - 1));
    const erase = drawn === 0 ? '' : `\x1b[${drawn}A\x1b[J`;
    const live = rows.map((view) => `${cut(describe(view, now()), width)}\n`).join('');
    const text = `${erase}${above}${live === '' ? '' : `\x1b[?7l${live}\x1b[?7h`}`;
    if (text !== '') output.write(text);
    drawn = rows.length;
  };
  const settle = () => {
    if (running.size > 0) return;
    stop?.();
    stop = undefined;
  };
  return {
    info: (message) => redraw(`${cleanText(message)}\n`),
    warn: (message) => redraw(`${paint(33, 'warning:')} ${cleanText(message)}\n`),
    task: (title) =>
      trackTask(title, now, (view) => {
        running.add(view);
        stop ??= (options.every ?? repeat)(frame, redraw);
        redraw();
        return {
          changed: () => undefined,
          ended: (ended, { ok, text }) => {
            running.delete(ended);
            const mark = ok ? paint(32, '✓') : paint(31, '✗');
            const took = paint(2, formatDuration(now() - ended.started));
            const end = text === '' ? '' : ok ? ` (${text})` : `: ${text}`;
            redraw(`${mark} ${ended.title}${end} ${took}\n`);
            settle();
          },
        };
      }),
    close: () => {
      running.clear();
      settle();
      redraw();
    },
  };
}

function describe(view: TaskView, time: number): string {
  const elapsed = time - view.started;
  const { progress } = view;
  const parts = [view.title];
  if (progress !== undefined) parts.push(formatProgress(progress));
  if (progress?.unit === 'bytes' && elapsed >= 1000) {
    parts.push(`${formatBytes((progress.done * 1000) / elapsed)}/s`);
  }
  parts.push(formatDuration(elapsed));
  if (view.note !== '') parts.push(view.note);
  return `  ${parts.join('  ')}`;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}
