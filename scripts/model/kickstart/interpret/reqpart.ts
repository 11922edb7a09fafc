/** reqpart and autopart: partitions of sizes that are the same in every image. */
import type { PartitionSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft, Handler } from './draft.ts';

type Standard = Pick<PartitionSpec, 'mount' | 'fstype' | 'sizeMiB'>;

const needed: readonly Standard[] = [
  { mount: 'biosboot', fstype: 'biosboot', sizeMiB: 1 },
  { mount: '/boot/efi', fstype: 'efi', sizeMiB: 64 },
];
/** Anaconda's own size, which holds several kernels. */
const boot: Standard = { mount: '/boot', fstype: 'ext4', sizeMiB: 1024 };
/** Holds a server; at the first boot it grows to the disk of the machine, which is what autopart asks for. */
const root: Standard = { mount: '/', fstype: 'ext4', sizeMiB: 4096 };

/** What a machine needs to start, in whichever order the lines are written. */
export const readRequiredPartitions: Handler = (command, draft, report) => {
  add(command.has('--add-boot') ? [...needed, boot] : needed, 'reqpart', command, draft, report);
};

/** pykickstart gives the type as a number (pykickstart/constants.py). */
const automaticTypes = ['plain', 'btrfs', 'lvm', 'thinp', 'stratis'];

export const readAutomaticPartitions: Handler = (command, draft, report) => {
  const number = command.has('--nolvm') ? 0 : command.integer('--type');
  const type = number === undefined ? undefined : (automaticTypes[number] ?? String(number));
  if (type !== 'plain') {
    const given = type === undefined ? 'autopart' : `autopart --type=${quote(type)}`;
    report.refuse(command.line, given, 'only plain partitions are honoured: write --type=plain');
  }
  const fstype = command.text('--fstype');
  if (fstype !== undefined && fstype !== 'ext4') {
    const what = `autopart --fstype=${quote(fstype)}`;
    report.refuse(command.line, what, 'is not honoured: write --fstype=ext4');
  }
  if (!command.has('--noswap')) {
    const why = 'the size of swap depends on the memory of the machine: write --noswap';
    report.refuse(command.line, 'autopart', why);
  }
  const standard = command.has('--noboot') ? [...needed, root] : [...needed, boot, root];
  add(standard, 'autopart', command, draft, report);
};

function add(
  standard: readonly Standard[],
  by: 'reqpart' | 'autopart',
  command: CommandReader,
  draft: Draft,
  report: Report,
): void {
  for (const part of standard) {
    if (draft.partitions.some(({ mount }) => mount === part.mount)) {
      report.refuse(command.line, by, `part ${part.mount} is given already`, 'invalid');
      continue;
    }
    const origin = report.origin(command.line);
    draft.partitions.push({ ...part, grow: part.mount === '/', mkfsOptions: [], standardOf: by, origin });
    draft.partLines.set(part.mount, command.line);
  }
}
