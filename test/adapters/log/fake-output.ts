/** An output and a clock that tests can read and turn. */
import type { Output } from '../../../scripts/adapters/log/track-task.ts';

export interface FakeOutput extends Output {
  text(): string;
  /** Escape characters made visible, for golden files. */
  visible(): string;
}

export function createFakeOutput(columns = 80, rows = 24): FakeOutput {
  const parts: string[] = [];
  return {
    columns,
    rows,
    write: (text) => parts.push(text),
    text: () => parts.join(''),
    visible: () => parts.map((part) => part.replaceAll('\x1b', '␛')).join('┆\n'),
  };
}

export function createFakeClock(): { now: () => number; pass: (seconds: number) => void } {
  let time = 0;
  return {
    now: () => time,
    pass: (seconds) => {
      time += seconds * 1000;
    },
  };
}
