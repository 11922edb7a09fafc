/** Machines without a BIOS: they start by UEFI alone, so the disk has no place for a boot loader that a BIOS would start. */
import type { Report } from '../report.ts';
import type { Draft } from './draft.ts';

/** As Anaconda does, a partition of another platform is left out; the line stays good for the machines that need it. */
export function leaveOutBios(draft: Draft, report: Report): void {
  draft.withoutBios = true;
  const line = draft.partLines.get('biosboot');
  if (line === undefined) return;
  draft.partitions = draft.partitions.filter(({ mount }) => mount !== 'biosboot');
  draft.partLines.delete('biosboot');
  report.ignore(line, 'part biosboot', 'machines of this architecture have no BIOS');
}
