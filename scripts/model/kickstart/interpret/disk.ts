/** bootloader and part. */
import type { PartitionSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft, Handler } from './draft.ts';
import { type Place, placeOf, places, whyNoPlace, whyNotOn } from './partition-table.ts';
import { areMkfsWords, ext4Label, fatLabel, kernelWords, mountOptions, swapLabel } from './values.ts';

const largestMiB = 1024 * 1024;
/** What a label may be; nothing where there is no file system. */
const labels: Partial<Record<PartitionSpec['fstype'], { pattern: RegExp; rule: string }>> = {
  ext4: { pattern: ext4Label, rule: 'up to 16 letters, digits and . _ -' },
  efi: { pattern: fatLabel, rule: 'up to 11 capitals, digits and _ - (FAT)' },
  swap: { pattern: swapLabel, rule: 'up to 15 letters, digits and . _ -' },
};

export const readBootloader: Handler = (command, draft, report) => {
  if (command.has('--disabled')) {
    readContainer(command, draft, report);
    return;
  }
  const append = command.text('--append') ?? '';
  const timeout = command.integer('--timeout');
  const location = command.text('--location');
  if (!kernelWords.test(append)) {
    const why = 'holds characters that GRUB or a shell would act on, such as quotes, $, \\, `, ;, & or |';
    report.refuse(command.line, 'bootloader --append', why, 'invalid');
  }
  if (timeout !== undefined && (timeout < 0 || timeout > 600)) {
    report.refuse(command.line, 'bootloader --timeout', 'must be 0 to 600 seconds', 'invalid');
  }
  if (location !== undefined && location !== 'mbr') {
    report.refuse(command.line, `bootloader --location=${quote(location)}`, 'only mbr is honoured');
  }
  draft.append = append.trim().replace(/ +/g, ' ');
  draft.timeoutSeconds = timeout ?? draft.timeoutSeconds;
};

/** `bootloader --disabled`: what is made is the root of a container. */
function readContainer(command: CommandReader, draft: Draft, report: Report): void {
  draft.kind = 'container';
  const others = ['--append', '--timeout', '--location'].filter((option) => command.has(option));
  for (const option of others) {
    // pykickstart gives --location=mbr itself: only another place was written.
    if (option === '--location' && command.text(option) === 'mbr') continue;
    report.refuse(
      command.line,
      `bootloader ${option}`,
      'a container has no boot loader: remove it',
      'invalid',
    );
  }
}

export const readPartition: Handler = (command, draft, report) => {
  const mount = command.arguments[0] ?? '';
  const place = placeOf(mount);
  if (place === undefined) {
    report.refuse(command.line, `part ${quote(mount)}`, whyNoPlace(mount));
    return;
  }
  const what = `part ${mount}`;
  checkFileSystem(command.text('--fstype'), place, (why) => report.refuse(command.line, what, why));
  const sizeMiB = command.integer('--size');
  if (sizeMiB === undefined || sizeMiB < place.leastMiB || sizeMiB > largestMiB) {
    const range = `${place.leastMiB} to ${largestMiB} MiB`;
    report.refuse(command.line, `${what} --size`, `a size of ${range} is needed`, 'invalid');
  }
  if (draft.partitions.some((other) => other.mount === mount)) {
    report.refuse(command.line, what, 'is given twice', 'invalid');
    return;
  }
  const spec: PartitionSpec = {
    mount,
    fstype: place.fstype,
    sizeMiB: sizeMiB ?? place.leastMiB,
    grow: command.has('--grow'),
    mkfsOptions: [],
    origin: report.origin(command.line),
  };
  if (spec.grow && mount !== '/') report.refuse(command.line, `${what} --grow`, 'only / can grow');
  readFileSystem(command, spec, what, report);
  draft.partLines.set(mount, command.line);
  draft.partitions.push(spec);
};

/** The kind of swap follows from its place; of the others it has to be said. An EFI partition is vfat by another name. */
function checkFileSystem(given: string | undefined, place: Place, refuse: (why: string) => void): void {
  const isSame = given === place.fstype || (given === 'vfat' && place.fstype === 'efi');
  if (isSame || (given === undefined && place.fstype === 'swap')) return;
  refuse(
    given === undefined
      ? `lacks --fstype: write --fstype=${place.fstype}`
      : whyNotOn(place, given, quote(given)),
  );
}

function readFileSystem(command: CommandReader, spec: PartitionSpec, what: string, report: Report): void {
  const label = command.text('--label');
  const mkfs = command.text('--mkfsoptions');
  const options = command.text('--fsoptions');
  if (label !== undefined) {
    const allowed = labels[spec.fstype];
    if (allowed === undefined)
      report.refuse(command.line, `${what} --label`, 'there is no file system on it');
    else if (!allowed.pattern.test(label))
      report.refuse(command.line, `${what} --label`, `a label is ${allowed.rule}`, 'invalid');
    else spec.label = label;
  }
  if (mkfs !== undefined) {
    const words = mkfs.split(' ').filter((word) => word !== '');
    if (spec.fstype !== 'ext4')
      report.refuse(command.line, `${what} --mkfsoptions`, 'is honoured on / and /boot only');
    else if (!areMkfsWords(words)) {
      const why =
        'only -i, -I, -m and -N of mke2fs are honoured: block size and features are such that GRUB can read them';
      report.refuse(command.line, `${what} --mkfsoptions`, why);
    } else spec.mkfsOptions = words;
  }
  if (options !== undefined) {
    if (spec.fstype === 'biosboot')
      report.refuse(command.line, `${what} --fsoptions`, 'there is no file system on it');
    else if (options.length > 200 || !mountOptions.test(options)) {
      report.refuse(
        command.line,
        `${what} --fsoptions`,
        'is not a list of mount options with commas',
        'invalid',
      );
    } else spec.mountOptions = options;
  }
}

/** Refuses a disk that would not boot. Call when no line about the disk was refused. */
export function checkLayout(draft: Draft, report: Report): void {
  if (draft.kind === 'container') {
    refusePartitions(draft, report);
    return;
  }
  for (const [mount, { fstype, leastMiB, required }] of Object.entries(places)) {
    if (!required || draft.partitions.some((spec) => spec.mount === mount)) continue;
    if (mount === 'biosboot' && draft.withoutBios) continue;
    const orReqpart = mount === '/' ? '' : ', or reqpart';
    report.refuseMissing(
      `part ${mount}`,
      `is missing: write part ${mount} --fstype=${fstype} --size=N, N at least ${leastMiB} (MiB)${orReqpart}`,
    );
  }
}

function refusePartitions({ partitions, partLines }: Draft, report: Report): void {
  const why = "a container has no disk: remove it, or 'bootloader --disabled'";
  const lines = new Map(
    partitions.map(({ mount, standardOf }) => [partLines.get(mount) ?? 0, standardOf ?? `part ${mount}`]),
  );
  for (const [line, what] of lines) report.refuse(line, what, why, 'invalid');
}
