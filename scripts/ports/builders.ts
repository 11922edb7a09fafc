/** Builder images: containers whose dnf and rpm solve, check and install a distribution's packages, where the host's are too old. */
import type { Store, Task } from '../ports.ts';

/** One that is unpacked on this machine. */
export interface Builder {
  /** As stream.yaml has it: `host/path@sha256:...`. */
  reference: string;
  /** Of the reference. */
  digest: string;
  /** Folder of its files. Nothing in it is changed. */
  root: string;
  /** Version of its rpm. */
  rpm: string;
}

/** Of an index, the image for this machine's architecture is meant: its programs run here, whatever they install. */
export interface Builders {
  /**
   * Brings into the store what it lacks of a builder image, each part verified by digest. Makes no call when all is there.
   * @throws AperiodicError `unreachable`, `denied`, `not-found` also when the index has no image for this machine,
   *   `digest-mismatch`, `invalid` for one that is too large
   */
  fetch(reference: string, store: Store, log: Task): Promise<void>;
  /**
   * Unpacks it from the store alone, once for each machine.
   * @throws AperiodicError `not-found` when the store lacks it, `invalid` when it cannot be unpacked or is no system,
   *   `missing-tool` when it has no rpm that runs
   */
  open(reference: string, store: Store, log: Task): Promise<Builder>;
}
