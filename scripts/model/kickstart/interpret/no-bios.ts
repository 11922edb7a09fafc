/** Machines without a BIOS: they start by UEFI alone, so the disk has no place for a boot loader that a BIOS would start. */
import type { Report } from '../report.ts';
import type { Draft } from './draft.ts';

/** As Anaconda does, a partition of another platform is left out; the line stays good for the machines that need it. */
export function leaveOutBios(draft: Draft, report: Report): void {
  draft.withoutBios = true;
  const spec = draft.partitions.find(({ mount }) => mount === 'biosboot');
  // A container is told of all that its disk has.
  if (spec === undefined || draft.kind === 'container') return;
  draft.partitions = draft.partitions.filter((other) => other !== spec);
  const line = draft.partLines.get('biosboot');
  draft.partLines.delete('biosboot');
  if (line === undefined) return;
  const what = spec.standardOf === undefined ? 'part biosboot' : `${spec.standardOf}: biosboot`;
  report.ignore(line, what, 'machines of this architecture have no BIOS');
}
