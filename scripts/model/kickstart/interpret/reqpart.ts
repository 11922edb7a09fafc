/** reqpart: the partitions that a machine needs to start. */
import type { PartitionSpec } from '../image-spec.ts';
import type { Handler } from './draft.ts';

const needed = [
  { mount: 'biosboot', fstype: 'biosboot', sizeMiB: 1 },
  { mount: '/boot/efi', fstype: 'efi', sizeMiB: 64 },
] as const;

/** They come before what other lines ask for, in whichever order these are written. */
export const readRequiredPartitions: Handler = (command, draft, report) => {
  const made: PartitionSpec[] = [];
  for (const part of needed) {
    if (draft.partitions.some(({ mount }) => mount === part.mount)) {
      report.refuse(command.line, 'reqpart', `part ${part.mount} is given already`, 'invalid');
      continue;
    }
    made.push({ ...part, grow: false, mkfsOptions: [], origin: report.origin(command.line) });
    draft.partLines.set(part.mount, command.line);
  }
  draft.partitions.unshift(...made);
};
