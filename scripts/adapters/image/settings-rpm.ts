/** The files that carry a kickstart's settings into a root of rpms, where they differ from Debian's. Pure. */
import type { ImageSpec } from '../../model/kickstart/image-spec.ts';
import type { Architecture } from '../../model/types.generated.ts';
import type { DiskLayout } from './disk-layout.ts';
import { grubTerminal, type RootFile, renderFstab, renderHosts } from './settings.ts';

/**
 * locale.conf(5), vconsole.conf(5), hostname(5); grub2-mkconfig reads /etc/default/grub as update-grub does on Debian.
 * @param layout left out for a container
 */
export function rpmSettingsFiles(
  spec: ImageSpec,
  layout?: DiskLayout,
  architecture: Architecture = 'x86_64',
): RootFile[] {
  const locale = { path: '/etc/locale.conf', content: `LANG=${spec.lang}\n` };
  if (layout === undefined) return [locale];
  const hostname = spec.hostname ?? 'localhost';
  const { append, timeoutSeconds } = spec.bootloader;
  return [
    locale,
    { path: '/etc/fstab', content: renderFstab(layout) },
    { path: '/etc/vconsole.conf', content: `KEYMAP=${spec.keyboard}\nXKBLAYOUT=${spec.keyboard}\n` },
    { path: '/etc/hostname', content: `${hostname}\n` },
    { path: '/etc/hosts', content: renderHosts(hostname) },
    {
      path: '/etc/default/grub',
      content: [
        `GRUB_TIMEOUT=${timeoutSeconds}`,
        'GRUB_DEFAULT=0',
        ...grubTerminal(architecture),
        `GRUB_CMDLINE_LINUX="${append}"`,
        'GRUB_DISABLE_OS_PROBER=true',
        '',
      ].join('\n'),
    },
  ];
}
