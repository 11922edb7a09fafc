/** bootloader and part. */
import type { PartitionSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft, Handler } from './draft.ts';
import { areMkfsWords, ext4Label, fatLabel, kernelWords, mountOptions } from './values.ts';

const largestMiB = 1024 * 1024;
const places: Record<string, { fstype: PartitionSpec['fstype']; leastMiB: number }> = {
  biosboot: { fstype: 'biosboot', leastMiB: 1 },
  // FAT32 needs more than 65,525 clusters of at least 512 bytes.
  '/boot/efi': { fstype: 'efi', leastMiB: 33 },
  '/': { fstype: 'ext4', leastMiB: 64 },
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
  const place = Object.hasOwn(places, mount) ? places[mount] : undefined;
  if (place === undefined) {
    const why = 'only biosboot, /boot/efi and / are honoured: leave it to the machine or to cloud-init';
    report.refuse(command.line, `part ${quote(mount)}`, why);
    return;
  }
  const what = `part ${mount}`;
  const fstype = command.text('--fstype');
  if (fstype !== place.fstype) {
    const given = fstype === undefined ? 'lacks --fstype' : `--fstype=${quote(fstype)} is not honoured there`;
    report.refuse(command.line, what, `${given}: write --fstype=${place.fstype}`);
  }
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

function readFileSystem(command: CommandReader, spec: PartitionSpec, what: string, report: Report): void {
  const label = command.text('--label');
  const mkfs = command.text('--mkfsoptions');
  const options = command.text('--fsoptions');
  if (label !== undefined) {
    const pattern = { ext4: ext4Label, efi: fatLabel, biosboot: undefined }[spec.fstype];
    if (pattern === undefined)
      report.refuse(command.line, `${what} --label`, 'there is no file system on it');
    else if (!pattern.test(label)) {
      const rule =
        spec.fstype === 'ext4'
          ? 'up to 16 letters, digits and . _ -'
          : 'up to 11 capitals, digits and _ - (FAT)';
      report.refuse(command.line, `${what} --label`, `a label is ${rule}`, 'invalid');
    } else spec.label = label;
  }
  if (mkfs !== undefined) {
    const words = mkfs.split(' ').filter((word) => word !== '');
    if (spec.fstype !== 'ext4') report.refuse(command.line, `${what} --mkfsoptions`, 'is honoured on / only');
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

/** Refuses a disk that would not boot or could not grow. Call when no line about the disk was refused. */
export function checkLayout(draft: Draft, report: Report): void {
  if (draft.kind === 'container') {
    refusePartitions(draft, report);
    return;
  }
  for (const [mount, { fstype, leastMiB }] of Object.entries(places)) {
    if (draft.partitions.some((spec) => spec.mount === mount)) continue;
    if (mount === 'biosboot' && draft.withoutBios) continue;
    report.refuseMissing(
      `part ${mount}`,
      `is missing: write part ${mount} --fstype=${fstype} --size=N, N at least ${leastMiB} (MiB)`,
    );
  }
  const isLast = draft.partitions.at(-1)?.mount === '/';
  const rootLine = draft.partLines.get('/');
  if (rootLine === undefined || isLast) return;
  report.refuse(rootLine, 'part /', 'must come after the other part lines, so that it can grow', 'invalid');
}

function refusePartitions({ partLines }: Draft, report: Report): void {
  const why = "a container has no disk: remove it, or 'bootloader --disabled'";
  for (const [mount, line] of partLines) report.refuse(line, `part ${mount}`, why, 'invalid');
}
