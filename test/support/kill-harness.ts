/** A process that runs reconcile once and kills itself on the way: started by kill-harness-sweep.ts. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Place, runReconcile } from './kill-harness-world.ts';

/** Where the process dies. */
export type Kill =
  /** Before the n-th call of a port, or when it has ended; counted from 1. */
  | { when: 'before' | 'after'; call: number }
  /** So long after the run began. */
  | { when: 'later'; milliseconds: number }
  /** Somebody else does it: its id is in the file `pid` of the place. */
  | { when: 'elsewhere' };

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('a process survived SIGKILL');
}

const { place, kill }: { place: Place; kill: Kill } = JSON.parse(process.argv[2] ?? '');
writeFileSync(path.join(place.folder, 'pid'), String(process.pid));
if (kill.when === 'later') setTimeout(die, kill.milliseconds);
let begun = 0;
const numbers = new Map<string, number[]>();
await runReconcile(place, {
  before: (name) => {
    begun++;
    if (kill.when === 'before' && kill.call === begun) die();
    numbers.set(name, [...(numbers.get(name) ?? []), begun]);
  },
  after: (name) => {
    // Calls of one name end in the order in which they began.
    const number = numbers.get(name)?.shift();
    if (kill.when === 'after' && kill.call === number) die();
  },
});
