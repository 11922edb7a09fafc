import { seededRandom } from './random.ts';

/** What a fault does. The first three answer before any work, the others after or around it. */
export type FaultKind =
  | 'throttle' // the service's own throttling error
  | 'down' // the connection ends without an answer and without work: a region that cannot be reached
  | 'unavailable' // HTTP 503 without work
  | 'lose-reply' // the work is done, the connection ends without an answer
  | 'slow' // the answer's body comes `seconds` of real time after its head
  | 'hide'; // what the call creates is not found for `seconds` of the cloud's time; a parameter keeps its old value

/** One thing that goes wrong. All given conditions must fit; a condition that is left out always fits. */
export interface Fault {
  kind: FaultKind;
  /** Names of calls, such as CopyImage. */
  calls?: readonly string[];
  regions?: readonly string[];
  /** Only calls that write, or only those that read. */
  access?: 'read' | 'write';
  /** Chance of each fitting call, 0 to 1. Default 1. */
  probability?: number;
  /** Fitting calls that pass unharmed before it begins. Default 0. */
  skip?: number;
  /** How many calls it hits before it is over. Default: no end. */
  count?: number;
  /** For slow: real seconds. For hide: the cloud's seconds. */
  seconds?: number;
  /** For hide: chance of each look within the time to find the thing all the same. Default 0. */
  glimpse?: number;
}

/** The call that a fault may hit. */
export interface FaultTarget {
  call: string;
  region: string;
  access: 'read' | 'write';
}

interface ActiveFault {
  fault: Fault;
  id: number;
  passed: number;
  hits: number;
}

/** What goes wrong now. Numbers come from one seeded source, so the same calls in the same order fail alike. */
export class Faults {
  readonly #random: () => number;
  readonly #active: ActiveFault[] = [];
  #next = 1;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Returns an id for `remove`. */
  add(fault: Fault): number {
    const id = this.#next++;
    this.#active.push({ fault, id, passed: 0, hits: 0 });
    return id;
  }

  remove(id: number): void {
    const at = this.#active.findIndex((one) => one.id === id);
    if (at >= 0) this.#active.splice(at, 1);
  }

  clear(): void {
    this.#active.length = 0;
  }

  list(): { id: number; fault: Fault; hits: number }[] {
    return this.#active.map(({ id, fault, hits }) => ({ id, fault, hits }));
  }

  /** The first fault of one of these kinds that hits this call; the hit is counted. */
  strike(kinds: readonly FaultKind[], target: FaultTarget): Fault | undefined {
    return this.#active.find((one) => kinds.includes(one.fault.kind) && this.#hits(one, target))?.fault;
  }

  /** Whether a look finds a thing that is still hidden. */
  glimpses(chance: number): boolean {
    return chance > 0 && this.#random() < chance;
  }

  #hits(one: ActiveFault, target: FaultTarget): boolean {
    const { fault } = one;
    if (fault.calls !== undefined && !fault.calls.includes(target.call)) return false;
    if (fault.regions !== undefined && !fault.regions.includes(target.region)) return false;
    if (fault.access !== undefined && fault.access !== target.access) return false;
    if (fault.count !== undefined && one.hits >= fault.count) return false;
    if (one.passed < (fault.skip ?? 0)) {
      one.passed += 1;
      return false;
    }
    if (fault.probability !== undefined && this.#random() >= fault.probability) return false;
    one.hits += 1;
    return true;
  }
}
