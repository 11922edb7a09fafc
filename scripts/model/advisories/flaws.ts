/** What is odd in a feed, gathered with a limit: a feed may be odd a million times. */
import { cleanLine } from './clean.ts';

export class Flaws {
  readonly #limit: number;
  readonly #seen = new Set<string>();
  #more = 0;

  constructor(limit = 100) {
    this.#limit = limit;
  }

  add(text: string): void {
    const line = cleanLine(text);
    if (line === undefined || this.#seen.has(line)) return;
    if (this.#seen.size < this.#limit) this.#seen.add(line);
    else this.#more++;
  }

  /** Each once; the last one says how many more there were. */
  get list(): string[] {
    return this.#more === 0 ? [...this.#seen] : [...this.#seen, `and ${this.#more} more`];
  }
}
