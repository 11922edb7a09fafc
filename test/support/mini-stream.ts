/** The smallest stream that can be resolved, fetched and built up to its scripts: a few packages and no kernel. */

export const miniStream = 'debian-12/mini';
export const miniKickstart = 'kickstarts/mini.ks';

/** Line of the first %post of `renderMiniKickstart`. */
export const firstPostLine = 12;

/** @param tail what comes after %packages, from `firstPostLine` on */
export function renderMiniKickstart(tail = '', packages: readonly string[] = []): string {
  const named = ['passwd', 'tzdata', ['usr-is-merged', ...packages].join('\n')];
  return `bootloader --location=mbr --timeout=0
part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=33
part / --fstype=ext4 --size=500 --grow
rootpw --lock

%packages --nocore --excludedocs --inst-langs= --exclude-weakdeps
${named.join('\n')}
%end
${tail}`;
}

export function renderMiniStream(kickstart = miniKickstart): string {
  return `name: Debian-Mini-12
title: A stream of a test
payload: deb
kickstart: ${kickstart}
repositories: [debian-12, debian-12-security]
architectures: [amd64]
formats: [qcow2]
limits:
  downloadMiB: 400
  usedMiB: 1200
`;
}
