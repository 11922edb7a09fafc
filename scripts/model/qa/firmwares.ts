/** Which firmware starts an image in tests. */
import type { Firmware, Guest } from '../inspection.ts';
import { hasBios } from '../machine.ts';
import type { Architecture } from '../types.generated.ts';

/** The guest that gets all checks comes first. */
export function firmwaresOf(architecture: Architecture): readonly [Firmware, ...Firmware[]] {
  return hasBios(architecture) ? ['bios', 'uefi'] : ['uefi'];
}

/** Whether a check is for a guest: where there is no BIOS, the UEFI guest also gets what the BIOS guest would. */
export function concerns(guests: readonly Guest[], guest: Guest, architecture: Architecture): boolean {
  if (guests.includes(guest)) return true;
  return guest === 'uefi' && !hasBios(architecture) && guests.includes('bios');
}
