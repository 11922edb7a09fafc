/** docs/qa-expectations.md: what is tested before an image is published, rendered from the checks themselves. */

import type { Guest } from '../model/inspection.ts';
import type { Phase } from '../model/qa/check.ts';
import { boots, guestChecks, imageChecks, outsideChecks, reboots } from '../model/qa/checks.ts';
import { containerForms, containerImageChecks } from '../model/qa/container-checks.ts';
import { diskGrowthBytes, loginSeconds } from '../model/qa/limits.ts';
import { renderComparisonExpectations } from './comparison-expectations.ts';

interface Row {
  id: string;
  title: string;
  purpose: string;
  expectation: string;
  measures?: Readonly<Record<string, string>>;
  needs?: string;
  payload?: string;
}

const inGuests: readonly (Row & { guests: readonly Guest[]; phase: Phase })[] = [
  { ...boots, phase: 'after-boot' },
  ...[...guestChecks, ...outsideChecks].filter(({ phase }) => phase === 'after-boot'),
  { ...reboots, phase: 'after-reboot' },
  ...[...guestChecks, ...outsideChecks].filter(({ phase }) => phase === 'after-reboot'),
];

export function renderQaExpectations(): string {
  const gibibytes = diskGrowthBytes / 1024 ** 3;
  return `<!-- Rendered from scripts/model/qa by npm run generate. Do not edit: change the checks. -->

# QA expectations

Every image is tested before it is published. We aim at shipping no image that fails one of these checks: a failed check
stops the release, and the logs of the failed run are kept. A guest under which the testing machine failed is tested once
more, and the report says so; one that failed a check is not.

The image is first read without booting it. Then it is started in QEMU, once by BIOS and once by UEFI, each time from a
fresh layer over the image on a disk ${gibibytes} GiB larger, with a NoCloud seed: the key of the run, another user, files and
a script. No check needs more of the network than the host itself. KVM is used where a probe shows that it works, else emulation. With
emulation a guest gets ${loginSeconds.tcg} s until ssh must answer, with KVM ${loginSeconds.kvm} s. How long things took is reported and never
judged.

What becomes an AMI is tested once more: before anything is public, an instance of the private AMI is started in the home region,
with a key of its own, user data and a disk ${gibibytes} GiB larger or a little more, and the checks that name it run in it over ssh.

Of a container image the layer is read instead of a disk, and the checks that name the container run in one, without network, by
runc from what the OCI archive holds. It has no firmware, kernel, cloud-init and ssh, and none of the checks of these.

Some images are for something that a machine alone is not: their streams name it under \`checks\`, and QA does it.

The ID of a check is its name in reports, in records and in error messages. Figures are what a check measured; the record
keeps them under the ID of the check, to be compared with those of the release before.

## The image before it boots

${renderRows(imageChecks)}
### Of a container image

These are made of a layer: ${containerImageChecks.map(({ id }) => `\`${id}\``).join(', ')}; and

${renderRows([containerForms])}
## After boot

${renderRows(inGuests.filter(({ phase }) => phase === 'after-boot'))}
## After a reboot

The BIOS guest is restarted with the boot menu, the boot loader and the second kernel that it installed itself, the instance by
RebootInstances.

${renderRows(inGuests.filter(({ phase }) => phase === 'after-reboot'))}
${renderComparisonExpectations()}`;
}

function renderRows(rows: readonly (Row & { guests?: readonly Guest[] })[]): string {
  return rows
    .map(
      ({ id, title, purpose, expectation, measures, needs, payload, guests }) => `### ${title}

- ID: \`${id}\`
- Where: ${guests === undefined ? 'the image' : nameGuests(guests)}${payload === undefined ? '' : `, ${payload} packages`}${needs === undefined ? '' : `, of streams with \`checks: [${needs}]\``}
- Purpose: ${purpose}
- Expectation: ${expectation}
${renderMeasures(measures)}`,
    )
    .join('\n');
}

function renderMeasures(measures: Row['measures']): string {
  if (measures === undefined) return '';
  const figures = Object.entries(measures).map(([name, text]) => `\`${name}\` (${text})`);
  return `- Figures: ${figures.join(', ')}\n`;
}

function nameGuests(guests: readonly Guest[]): string {
  const names = {
    bios: 'BIOS guest',
    uefi: 'UEFI guest',
    ec2: 'instance of the AMI',
    container: 'container',
  };
  return guests.map((one) => names[one]).join(' and ');
}
