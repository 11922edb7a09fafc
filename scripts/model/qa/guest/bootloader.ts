/** Updates of kernel and boot loader inside the guest keep working. The reboot that follows shows that they boot. */
import { hasBios } from '../../machine.ts';
import {
  everyFirmware,
  failed,
  type GuestCheck,
  judgeFindings,
  mainFirmware,
  passed,
  readFields,
} from '../check.ts';
import { menuStamp } from './kernel.ts';

export const menuRenders: GuestCheck = {
  id: 'boot-menu-updates',
  title: 'The boot menu can be written anew',
  purpose: 'Every kernel update runs update-grub; when it fails or forgets the root, the next boot fails.',
  expectation:
    '`update-grub` succeeds and grub.cfg starts the running kernel with the root by UUID or PARTUUID; the guest reboots with it.',
  guests: mainFirmware,
  phase: 'after-boot',
  payload: 'deb',
  seconds: 240,
  // The hook of the second kernel runs update-grub, and menus take a minute under emulation: when it was written since,
  // it is looked at as it is.
  script: () => `if [ -e ${menuStamp} ] && [ /boot/grub/grub.cfg -nt ${menuStamp} ]; then echo code=0
else update-grub; echo "code=$?"; fi
echo "kernel=$(uname -r)"
source=$(findmnt -nvo SOURCE /)
echo "uuid=$(blkid -s UUID -o value "$source")"
echo "partuuid=$(blkid -s PARTUUID -o value "$source")"
sed -n 's/^[[:space:]]*linux[[:space:]]\\{1,\\}/entry: /p' /boot/grub/grub.cfg`,
  judge({ stdout, stderr }) {
    const fields = readFields(stdout);
    if (fields.get('code') !== '0') {
      return failed(`update-grub ended with exit code ${fields.get('code')}: ${stderr.trim().slice(-500)}`);
    }
    const kernel = fields.get('kernel') ?? '';
    const roots = [`root=UUID=${fields.get('uuid')}`, `root=PARTUUID=${fields.get('partuuid')}`];
    const entries = [...stdout.matchAll(/^entry: (.*)$/gm)].map((match) => match[1] ?? '');
    const good = entries.find((entry) => {
      const [path = '', ...words] = entry.split(/\s+/);
      return (
        kernel !== '' && path.endsWith(`/vmlinuz-${kernel}`) && roots.some((root) => words.includes(root))
      );
    });
    if (good !== undefined) return passed(good);
    return judgeFindings([`no entry for ${kernel} with ${roots.join(' or ')}`, ...entries], '');
  },
};

const efiInstall = (target: string) =>
  `grub-install --target=${target} --efi-directory=/boot/efi --no-nvram --removable`;

export const loaderInstalls: GuestCheck = {
  id: 'boot-loader-installs',
  title: 'The boot loader can be installed anew',
  purpose: 'Updates of the boot loader do so by themselves.',
  expectation: `In a BIOS guest \`grub-install --target=i386-pc\` to the root disk succeeds, in a UEFI guest \`${efiInstall('x86_64-efi')}\` (arm64-efi on ARM); the BIOS guest reboots with it.`,
  guests: everyFirmware,
  phase: 'after-boot',
  payload: 'deb',
  seconds: 240,
  script: ({ guest, job }) =>
    guest === 'uefi'
      ? `ls /boot/efi >/dev/null; ${efiInstall(hasBios(job.architecture) ? 'x86_64-efi' : 'arm64-efi')}`
      : `partition=$(basename "$(readlink -f "$(findmnt -nvo SOURCE /)")")
disk=$(basename "$(dirname "$(readlink -f "/sys/class/block/$partition")")")
grub-install --target=i386-pc "/dev/$disk"`,
  judge({ exitCode, stdout, stderr }) {
    const text = `${stdout}\n${stderr}`.trim().slice(-500);
    return exitCode === 0 ? passed(text) : failed(`exit code ${exitCode}: ${text}`);
  },
};
