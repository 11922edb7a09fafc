/** Logs, and what they and the disk say of the end of the boot before. */
import { failed, type GuestCheck, judgeFindings, mainFirmware, passed, readFields } from '../check.ts';

const tag = 'aperiodic-qa';
const message = 'a line for the log';

export const systemLogging: GuestCheck = {
  id: 'system-logging',
  title: 'What programs log is kept',
  purpose:
    'Without a log nobody learns what happened (Fedora: QA:Testcase_base_system_logging, Basic Release Criteria).',
  expectation: 'A message of logger(1) is in the journal, with its tag and priority.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 30,
  script: () => `logger -t ${tag} -p user.warning '${message}'
journalctl --sync
journalctl -b -t ${tag} -p warning..warning -o cat --no-pager -n 1`,
  judge({ stdout }) {
    const line = stdout.trim();
    return line === message ? passed(line) : failed(line === '' ? 'not in the journal' : line);
  },
};

/**
 * ext4 says at mount when it had to replay its journal or found orphans, which it does after an unclean end; e2fsck in
 * the initial RAM disk writes its verdict to /run/initramfs/fsck.log (initramfs-tools(7)). vfat says so too: the EFI
 * system partition is mounted by a look at it.
 */
const shutdownScript = `ls /boot/efi >/dev/null
echo "mounted=$(journalctl -b -k -o cat --no-pager | grep -c 'EXT4-fs (.*mounted filesystem')"
journalctl -b -k -o cat --no-pager | grep -E 'EXT4-fs.*(recover|orphan|error|warning)|FAT-fs.*not properly unmounted' | sed 's/^/kernel: /'
grep -hE 'clean|recover|not cleanly|UNEXPECTED' /run/initramfs/fsck.log 2>/dev/null | sed 's/^/fsck: /'
echo "boots=$(journalctl --list-boots --no-pager -q | grep -c .)"
journalctl -b -o cat --no-pager | grep -iE 'journal .*(corrupt|uncleanly)' | sed 's/^/journal: /'
echo "last=$(journalctl -b -1 -o cat --no-pager -n 1)"
echo "message=$(journalctl -b -1 -t ${tag} -o cat --no-pager -n 1)"`;

export const cleanShutdown: GuestCheck = {
  id: 'clean-shutdown',
  title: 'A reboot leaves everything in order',
  purpose:
    'What is not written at the end of a boot is lost, and a disk that must be repaired may not come back (Fedora: QA:Testcase_base_reboot_unmount).',
  expectation:
    'After the reboot the file systems needed no recovery, the journal of the boot before is there to its end, and it holds what was logged then.',
  guests: mainFirmware,
  phase: 'after-reboot',
  seconds: 60,
  script: () => shutdownScript,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const told = stdout.split('\n').filter((line) => /^(kernel|journal|fsck): /.test(line));
    const unclean = told.filter((line) => !/^fsck: [^ ]+: clean, /.test(line));
    const last = fields.get('last') ?? '';
    return judgeFindings(
      [
        ...(Number(fields.get('mounted')) > 0 ? [] : ['the mount of the root is not seen']),
        ...unclean,
        ...(Number(fields.get('boots')) >= 2 ? [] : ['the journal does not reach back to the boot before']),
        ...(last === 'Journal stopped' ? [] : [`the journal of the boot before ends with '${last}'`]),
        ...(fields.get('message') === message ? [] : ['what was logged before the reboot is lost']),
      ],
      [...told, `journal of ${fields.get('boots')} boots, the one before ends with '${last}'`].join('\n'),
    );
  },
};
