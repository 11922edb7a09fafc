/** An image that must never be released: what is wrong with it, and the check that has to say so. */
import type { Patch } from './patch.ts';

export interface Fault {
  /** Words joined by dashes. */
  name: string;
  /** What is broken, in a sentence. */
  broken: string;
  patches: readonly Patch[];
  /** The check that must refuse it. Others may, too. */
  refusedBy: { id: string; where: 'image' | 'bios' | 'uefi' };
  /** Other checks that have to run for that one to find it. */
  after?: readonly string[];
  /** Set when it shows only after a reboot. */
  reboots?: true;
}
