/**
 * A second kernel is installed as a package, and the next boot takes it; without it the first one is back in the menu.
 * Fedora: Basic Release Criteria, updates; Debian: kernel-handbook, "Kernel hooks" (/etc/kernel/*.d).
 */
import { failed, type GuestCheck, judgeFindings, mainFirmware, passed, readFields } from '../check.ts';

/**
 * The version of the second kernel: the running one's with a higher first number, so that menus put it first. Its
 * image is the running kernel's, which keeps its own idea of its version; which image was started is told by
 * BOOT_IMAGE on the command line (GRUB sets it).
 */
const versions = `running=$(uname -r)
second=$(( \${running%%.*} + 1 )).\${running#*.}`;

/** Set when the menu was written anew by the hook of the kernel: writing it again would tell no more (bootloader.ts). */
export const menuStamp = '/run/aperiodic-qa-kernel';

/**
 * The scripts of the package do what those of Debian's kernels do. Modules are hard links. An initial RAM disk that is
 * made for them must also have them under the name that the kernel asks for. Under emulation (systemd-detect-virt(1):
 * qemu) making it takes many minutes: there the second kernel gets the first one's, and hooks are told so as Debian
 * does (initramfs-tools: INITRD=No).
 */
const installScript = `exec 2>&1
${versions}
touch ${menuStamp}
folder=$(mktemp -d /var/tmp/aperiodic-qa-kernel.XXXXXX); trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/root/DEBIAN" "$folder/root/boot"
cp "/boot/vmlinuz-$running" "$folder/root/boot/vmlinuz-$second"
cp "/boot/config-$running" "$folder/root/boot/config-$second"
initrd=made
if [ "$(systemd-detect-virt)" = qemu ]; then
  initrd='of the first kernel'
  export INITRD=No
  cp "/boot/initrd.img-$running" "$folder/root/boot/initrd.img-$second"
fi
cat > "$folder/root/DEBIAN/control" <<CONTROL
Package: linux-image-$second
Version: 1
Architecture: $(dpkg --print-architecture)
Maintainer: Aperiodic QA <qa@localhost>
Description: a second kernel
CONTROL
cat > "$folder/root/DEBIAN/postinst" <<POSTINST
#!/bin/sh -e
[ -d /lib/modules/$second ] || cp -al /lib/modules/$running /lib/modules/$second
DEB_MAINT_PARAMS="\\$*" run-parts --report --exit-on-error --arg=$second --arg=/boot/vmlinuz-$second /etc/kernel/postinst.d
POSTINST
cat > "$folder/root/DEBIAN/postrm" <<POSTRM
#!/bin/sh -e
[ "\\$1" != remove ] || rm -rf /lib/modules/$second
[ "\\$1" != remove ] || DEB_MAINT_PARAMS="\\$*" run-parts --report --exit-on-error --arg=$second --arg=/boot/vmlinuz-$second /etc/kernel/postrm.d
POSTRM
chmod 755 "$folder"/root/DEBIAN/post*
cat > /etc/initramfs-tools/hooks/aperiodic-qa <<HOOK
#!/bin/sh
[ "\\$1" = prereqs ] || ln -s "\\$version" "\\$DESTDIR/lib/modules/$running"
HOOK
chmod 755 /etc/initramfs-tools/hooks/aperiodic-qa
dpkg-deb -Znone --root-owner-group --build "$folder/root" "$folder/kernel.deb" >/dev/null
dpkg --install "$folder/kernel.deb"; echo "code=$?"
echo "second=$second"
echo "initrd=$initrd"
echo "size=$(stat -c %s "/boot/initrd.img-$second")"
first=$(sed -n 's/^[[:space:]]*linux[[:space:]]\\{1,\\}\\([^ ]*\\) .*/\\1/p' /boot/grub/grub.cfg | head -n 1)
echo "first_entry=$first"`;

export const secondKernel: GuestCheck = {
  id: 'second-kernel',
  title: 'A second kernel is installed',
  purpose:
    'Kernels are updated on running instances; when their hooks fail, the update does, or the next boot.',
  expectation:
    "dpkg installs a package with a higher kernel version: its hooks make an initial RAM disk (not under emulation, where it takes the first one's) and put it first in the boot menu.",
  guests: mainFirmware,
  phase: 'after-boot',
  payload: 'deb',
  seconds: 600,
  script: () => installScript,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const second = fields.get('second') ?? '';
    if (fields.get('code') !== '0' || second === '') {
      return failed(
        `dpkg ended with exit code ${fields.get('code') ?? 'none'}: ${stdout.trim().slice(-800)}`,
      );
    }
    const entry = fields.get('first_entry') ?? '';
    return judgeFindings(
      [
        ...(Number(fields.get('size')) > 0 ? [] : ['it has no initial RAM disk']),
        ...(entry.endsWith(`/vmlinuz-${second}`) ? [] : [`the boot menu begins with ${entry || 'nothing'}`]),
      ],
      `${second}, initial RAM disk ${fields.get('initrd')}, first in the boot menu`,
    );
  },
};

export const secondKernelBoots: GuestCheck = {
  id: 'second-kernel-boots',
  title: 'The second kernel boots',
  purpose: 'An instance must come back with the kernel that an update brought.',
  expectation: 'After the reboot the kernel command line names the image of the second kernel.',
  guests: mainFirmware,
  phase: 'after-reboot',
  payload: 'deb',
  seconds: 30,
  script: () => `${versions}
echo "second=$second"
echo "image=$(tr ' ' '\\n' < /proc/cmdline | sed -n 's/^BOOT_IMAGE=//p')"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const image = fields.get('image') ?? '';
    const good = image !== '' && image.endsWith(`/vmlinuz-${fields.get('second')}`);
    return good ? passed(image) : failed(`started ${image || 'an unknown image'}`);
  },
};

export const secondKernelRemoved: GuestCheck = {
  id: 'second-kernel-removed',
  title: 'The second kernel is removed',
  purpose: 'A kernel that turns out bad must go without taking the good one along.',
  expectation:
    'dpkg purges the second kernel: its files and menu entries are gone, and the first kernel is first in the menu again.',
  guests: mainFirmware,
  phase: 'after-reboot',
  payload: 'deb',
  seconds: 300,
  script: () => `exec 2>&1
${versions}
dpkg --purge "linux-image-$second"; echo "code=$?"
echo "left=$(ls -d /boot/*-"$second" "/lib/modules/$second" 2>/dev/null | tr '\\n' ' ')"
echo "entries=$(grep -cF "vmlinuz-$second" /boot/grub/grub.cfg)"
echo "kernel=$running"
echo "first_entry=$(sed -n 's/^[[:space:]]*linux[[:space:]]\\{1,\\}\\([^ ]*\\) .*/\\1/p' /boot/grub/grub.cfg | head -n 1)"
echo "audit=$(dpkg --audit | tr '\\n' ' ')"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const kernel = fields.get('kernel') ?? '';
    const entry = fields.get('first_entry') ?? '';
    if (fields.get('code') !== '0' || kernel === '') {
      return failed(
        `dpkg ended with exit code ${fields.get('code') ?? 'none'}: ${stdout.trim().slice(-800)}`,
      );
    }
    return judgeFindings(
      [
        ...(fields.get('left') === '' ? [] : [`left: ${fields.get('left')}`]),
        ...(fields.get('entries') === '0' ? [] : ['the boot menu still names it']),
        ...(entry.endsWith(`/vmlinuz-${kernel}`) ? [] : [`the boot menu begins with ${entry || 'nothing'}`]),
        ...(fields.get('audit') === '' ? [] : [`dpkg --audit: ${fields.get('audit')}`]),
      ],
      `the boot menu begins with ${entry}`,
    );
  },
};
