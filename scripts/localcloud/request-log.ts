import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One call as it was handled. */
export interface LogEntry {
  /** Counted from 1 since the cloud was started. */
  number: number;
  /** The cloud's time. */
  time: string;
  service: string;
  call: string;
  region: string;
  account: string;
  access: 'read' | 'write';
  /** IAM actions that the call needed. */
  actions: string[];
  /** sha256 of the parameters, to tell calls apart. */
  parameters: string;
  /** 'ok', or the error's code. */
  outcome: string;
  /** The answer did not reach the caller. */
  lost: boolean;
  /** What an internal error was. */
  detail?: string;
}

const MAX_IN_MEMORY = 200_000;
const MAX_FILE = 64 * 2 ** 20;

/** Every call, in memory and in `requests.jsonl`, written before the answer leaves. */
export class RequestLog {
  readonly #file: number;
  readonly #entries: LogEntry[] = [];
  #count = 0;

  constructor(folder: string) {
    const path = join(folder, 'requests.jsonl');
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > MAX_FILE) renameSync(path, `${path}.old`);
    this.#file = openSync(path, 'a', 0o600);
  }

  add(entry: Omit<LogEntry, 'number'>): LogEntry {
    this.#count += 1;
    const numbered = { number: this.#count, ...entry };
    writeSync(this.#file, `${JSON.stringify(numbered)}\n`);
    this.#entries.push(numbered);
    if (this.#entries.length > MAX_IN_MEMORY) this.#entries.splice(0, MAX_IN_MEMORY / 10);
    return numbered;
  }

  /** Calls since the start, or after the entry with a number. The oldest of very many are only on disk. */
  entries(after = 0): LogEntry[] {
    return this.#entries.filter((entry) => entry.number > after);
  }

  close(): void {
    closeSync(this.#file);
  }
}
