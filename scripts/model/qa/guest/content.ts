/** What is installed and how it was set: packages, kernel command line, services. */
import type { PayloadKind, Pin } from '../../types.generated.ts';
import { failed, type GuestCheck, judgeFindings, mainGuests, quoteWord } from '../check.ts';

/** Name, version, architecture and state of each package. Keys that rpm trusts are not packages, though it lists them. */
const lists: Readonly<Record<PayloadKind, string>> = {
  deb: `dpkg-query -W -f='\${Package} \${Version} \${Architecture} \${db:Status-Abbrev}\\n'`,
  rpm: `rpm -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH} ii\\n' | grep -v '^gpg-pubkey '`,
};

export const packagesPinned: GuestCheck = {
  id: 'packages-pinned',
  title: 'The packages are the pinned ones',
  purpose: 'Notices and security reports are written from the pins: they must say what is really there.',
  expectation:
    'Name, version and architecture of the installed packages equal the pins: none missing, none besides.',
  measures: { packages: 'installed packages' },
  guests: [...mainGuests, 'container'],
  phase: 'after-boot',
  seconds: 120,
  script: ({ job }) => lists[job.payload],
  judge({ exitCode, stdout }, { job }) {
    if (exitCode !== 0) return failed(`the list of packages ended with exit code ${exitCode}`);
    return judgeFindings(
      comparePackages(stdout, job.pins.packages),
      `${job.pins.packages.length} packages, all as pinned`,
      { packages: stdout.split('\n').filter((line) => line.trim() !== '').length },
    );
  },
};

/** Differences between pins and such lines, each said in a line, in order of names. */
export function comparePackages(installed: string, pins: readonly Pin[]): string[] {
  const found = new Map<string, string>();
  const findings: string[] = [];
  for (const line of installed.split('\n')) {
    const [name, version, architecture, state] = line.trim().split(/ +/);
    if (name === undefined || version === undefined || architecture === undefined) continue;
    // Removed packages whose configuration is left ('rc') are a state besides the pins, too.
    if (state !== 'ii')
      findings.push(`half installed: ${name} ${version} ${architecture} (${state ?? 'no state'})`);
    found.set(`${name} ${architecture}`, version);
  }
  for (const pin of pins) {
    const key = `${pin.name} ${pin.architecture}`;
    const version = found.get(key);
    if (version === undefined) findings.push(`missing: ${pin.name} ${pin.version} ${pin.architecture}`);
    else if (version !== pin.version)
      findings.push(`different: ${key}: pinned ${pin.version}, installed ${version}`);
    found.delete(key);
  }
  for (const [key, version] of found) findings.push(`extra: ${key} ${version}`);
  return findings.sort();
}

/** Words that name the kernel's version and the file system, which are others in every image. */
const ofThisImage = /^(BOOT_IMAGE|root)=/;

export const kernelArguments: GuestCheck = {
  id: 'kernel-arguments',
  title: 'The kernel was started with the arguments of the kickstart',
  purpose: 'Consoles and device names depend on them.',
  expectation: 'Each word of `bootloader --append` is on the kernel command line.',
  measures: { arguments: 'words of the kernel command line but BOOT_IMAGE and root' },
  guests: mainGuests,
  phase: 'after-boot',
  seconds: 30,
  script: () => 'cat /proc/cmdline',
  judge({ stdout }, { spec }) {
    const given = new Set(stdout.trim().split(/\s+/));
    const wanted = spec.bootloader.append.split(/\s+/).filter((word) => word !== '');
    return judgeFindings(
      wanted.filter((word) => !given.has(word)).map((word) => `lacks ${word}`),
      stdout.trim(),
      { arguments: [...given].filter((word) => !ofThisImage.test(word)).sort() },
    );
  },
};

const enabledStates = ['enabled', 'enabled-runtime', 'static', 'alias', 'indirect', 'generated'];

export const servicesAsAsked: GuestCheck = {
  id: 'services-as-asked',
  title: 'Services are on and off as the kickstart says',
  purpose: 'A service that is off by mistake is missed only when it is needed.',
  expectation: 'Each service that the kickstart enables is enabled, and none that it disables is.',
  guests: mainGuests,
  phase: 'after-boot',
  seconds: 60,
  script: ({ spec }) =>
    [...spec.services.enabled, ...spec.services.disabled]
      .map(
        (unit) =>
          `printf '%s %s\\n' ${quoteWord(unit)} "$(systemctl is-enabled -- ${quoteWord(unit)} 2>/dev/null)"`,
      )
      .join('\n'),
  judge({ stdout }, { spec }) {
    const states = new Map<string, string>();
    for (const line of stdout.split('\n')) {
      const [unit = '', state = ''] = line.trim().split(' ');
      states.set(unit, state);
    }
    const stateOf = (unit: string) => states.get(unit) || 'not found';
    const off = spec.services.enabled.filter((unit) => !enabledStates.includes(stateOf(unit)));
    const on = spec.services.disabled.filter((unit) => stateOf(unit).startsWith('enabled'));
    const asked = spec.services.enabled.length + spec.services.disabled.length;
    return judgeFindings(
      [...off, ...on].map((unit) => `${unit}: ${stateOf(unit)}`),
      `${asked} services as asked`,
    );
  },
};
