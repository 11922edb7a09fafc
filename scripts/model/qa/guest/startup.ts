/**
 * How the system started: errors, time and memory. Fedora: QA:Testcase_base_startup asks for a start without errors and
 * without denials of the security module.
 */
import { failed, type GuestCheck, judgeFindings, mainFirmware, passed, readFields } from '../check.ts';

/**
 * Kernel messages of level err and worse that tell of the machine that tests and not of the image: faults of the
 * processor (Linux: arch/x86/kernel/cpu/bugs.c) and features that its firmware or a hypervisor keeps
 * (arch/x86/kernel/cpu/feat_ctl.c), a timer that an emulator gave too little time to answer (arch/x86/kernel/apic/io_apic.c),
 * and firmware that describes no caches, as QEMU's for ARM (drivers/base/arch_topology.c).
 */
const knownErrors: readonly RegExp[] = [
  /^kernel: (Spectre V2|RETBleed|MDS|TAA|MMIO Stale Data|GDS|SRBDS|ITS|Speculative Return Stack Overflow)\b/,
  /^kernel: x86\/cpu: (VMX|SGX) .*disabled/,
  /^kernel: \.\.MP-BIOS bug: 8254 timer not connected to IO-APIC$/,
  /^kernel: Early cacheinfo failed, ret = -2$/,
];

/** Most messages that are read of each kind. */
const maxMessages = 50;

/** Audit records of AppArmor and SELinux, and what systemd-coredump and the kernel say of programs that crashed. */
const denial = 'apparmor="DENIED"|avc: +denied|segfault at|general protection fault|dumped core';

export const baseStartup: GuestCheck = {
  id: 'base-startup',
  title: 'The system starts without errors',
  purpose:
    'Errors of the kernel, denials and crashes at the first start are faults of the image (Fedora: QA:Testcase_base_startup).',
  expectation:
    'The journal of the boot has no kernel message of level err or worse, no denial of AppArmor or SELinux and no crash.',
  measures: { kernelErrors: 'kernel messages of level err and worse' },
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: () => `journalctl -b -k -p err -o cat --no-pager -n ${maxMessages} | sed 's/^/kernel: /'
journalctl -b -o cat --no-pager -n ${maxMessages} -g '${denial}' | sed 's/^/denied or crashed: /'
echo "lines=$(journalctl -b -k -o cat --no-pager -n ${maxMessages} | wc -l)"`,
  judge({ stdout }) {
    // A journal that cannot be read has no errors either.
    if (!(Number(readFields(stdout).get('lines')) > 1))
      return failed('the journal of the boot cannot be read');
    const lines = stdout.split('\n');
    const errors = [...new Set(lines.filter((line) => line.startsWith('kernel: ')))].sort();
    const strange = errors.filter((line) => !knownErrors.some((known) => known.test(line)));
    const crashes = lines.filter((line) => line.startsWith('denied or crashed: '));
    return judgeFindings([...strange, ...crashes], 'no errors, denials or crashes', {
      kernelErrors: errors.map((line) => line.slice('kernel: '.length)),
    });
  },
};

/** Microseconds from the start of the kernel (systemd: org.freedesktop.systemd1, "Properties", *TimestampMonotonic). */
const stamps = ['UserspaceTimestampMonotonic', 'FinishTimestampMonotonic'];

export const bootTime: GuestCheck = {
  id: 'boot-time',
  title: 'How long the boot took is known',
  purpose: 'A boot that grows slower from release to release should be noticed when it happens.',
  expectation: 'systemd says when user space began and when the boot ended. How long it took is not judged.',
  measures: {
    kernelSeconds: 'from the start of the kernel to that of user space, the initial RAM disk included',
    userspaceSeconds: 'from the start of user space until the boot ended',
  },
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 30,
  script: () => `systemctl show ${stamps.map((name) => `--property=${name}`).join(' ')}`,
  judge({ stdout }) {
    const [userspace, finish] = stamps.map(
      (name) => Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(stdout)?.[1] ?? Number.NaN) / 1e6,
    );
    if (userspace === undefined || finish === undefined || !(userspace > 0 && finish >= userspace)) {
      return failed('systemd does not say that the boot ended');
    }
    const kernelSeconds = round(userspace);
    const userspaceSeconds = round(finish - userspace);
    return passed(`kernel ${kernelSeconds} s, user space ${userspaceSeconds} s`, {
      kernelSeconds,
      userspaceSeconds,
    });
  },
};

function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

export const memoryUsed: GuestCheck = {
  id: 'memory-used',
  title: 'Memory is left to the user',
  purpose: 'On the smallest instances what the system takes is what their users lack.',
  expectation:
    'Memory in use after the boot (MemTotal without MemAvailable) is within `limits.memoryMiB` of the stream, where it gives one.',
  measures: { usedMiB: 'memory that is in use and cannot be given up' },
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 30,
  script: () => 'cat /proc/meminfo',
  judge({ stdout }, { job }) {
    const kibibytes = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(stdout)?.[1] ?? Number.NaN);
    const usedMiB = Math.ceil((kibibytes('MemTotal') - kibibytes('MemAvailable')) / 1024);
    if (!Number.isFinite(usedMiB)) return failed('/proc/meminfo cannot be read');
    const limit = job.limits.memoryMiB;
    const seen = limit === undefined ? `${usedMiB} MiB` : `${usedMiB} of ${limit} MiB`;
    return limit === undefined || usedMiB <= limit ? passed(seen, { usedMiB }) : failed(seen, { usedMiB });
  },
};
