/** Collects what became of each line of a kickstart. */
import type { ErrorCode } from '../errors.ts';
import type { KickstartLine } from '../types.generated.ts';
import type { Origin } from './image-spec.ts';
import type { Standing } from './support.ts';

/** One line, or a part of it, and what becomes of it. Holds no values that may be secret. */
export interface Finding {
  origin: Origin;
  standing: Standing;
  /** The command, option or entry, such as 'part --maxsize'. */
  what: string;
  /** How it is honoured, or why not and what to write instead. */
  reason: string;
}

export type RefusalCode = Extract<ErrorCode, 'unsupported' | 'invalid'>;

export interface Refusal extends Finding {
  standing: 'refused';
  code: RefusalCode;
}

interface Entry {
  /** In the flattened text, from 1; after all lines for what is missing. */
  at: number;
  finding: Finding | Refusal;
}

export class Report {
  readonly #lines: readonly KickstartLine[];
  readonly #entry: string;
  readonly #entries: Entry[] = [];
  #refusals = 0;

  /** @param entry file that is named for what is missing from all of the kickstart */
  constructor(lines: readonly KickstartLine[], entry: string) {
    this.#lines = lines;
    this.#entry = entry;
  }

  /** Where a line of the flattened text was written. */
  origin(line: number): Origin {
    const found = this.#lines[line - 1];
    return found === undefined ? { file: this.#entry, line: 1 } : { file: found.file, line: found.line };
  }

  honour(line: number, what: string, reason: string): void {
    this.#entries.push({
      at: line,
      finding: { origin: this.origin(line), standing: 'honoured', what, reason },
    });
  }

  ignore(line: number, what: string, reason: string): void {
    this.#entries.push({
      at: line,
      finding: { origin: this.origin(line), standing: 'ignored', what, reason },
    });
  }

  refuse(line: number, what: string, reason: string, code: RefusalCode = 'unsupported'): void {
    this.#addRefusal(line, { origin: this.origin(line), standing: 'refused', what, reason, code });
  }

  /** Refuses for want of something: at the first line of the kickstart, after all other findings. */
  refuseMissing(what: string, reason: string): void {
    const origin = { file: this.#entry, line: 1 };
    this.#addRefusal(Number.POSITIVE_INFINITY, {
      origin,
      standing: 'refused',
      what,
      reason,
      code: 'invalid',
    });
  }

  /** How many refusals there are so far. */
  get refusalCount(): number {
    return this.#refusals;
  }

  /** In the order of the flattened text; of a line with a refused part only the refusals. */
  findings(): Finding[] {
    const refused = new Set(
      this.#entries.filter((entry) => 'code' in entry.finding).map((entry) => entry.at),
    );
    return this.#sorted()
      .filter(({ at, finding }) => finding.standing === 'refused' || !refused.has(at))
      .map(({ finding: { origin, standing, what, reason } }) => ({ origin, standing, what, reason }));
  }

  refusals(): Refusal[] {
    return this.#sorted().flatMap(({ finding }) => ('code' in finding ? [finding] : []));
  }

  #addRefusal(at: number, finding: Refusal): void {
    this.#refusals++;
    this.#entries.push({ at, finding });
  }

  #sorted(): Entry[] {
    return this.#entries.toSorted((a, b) => (a.at === b.at ? 0 : a.at - b.at));
  }
}
