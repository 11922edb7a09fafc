/** What a machine wrote to its serial console. */

const escapeCharacter = String.fromCharCode(27);
/** Control sequences (ECMA-48, 5.4) and operating system commands that end with BEL. */
const sequences = new RegExp(
  `${escapeCharacter}(\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007]*\\u0007|[@-Z\\\\-_c])`,
  'g',
);

/** Plain text: escape sequences of terminals and other control characters are taken out. */
export function cleanConsole(text: string): string {
  return text
    .replace(sequences, '')
    .replace(/\r+\n/g, '\n')
    .replace(/\r/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '');
}

/** The line by which a BIOS says so of itself. */
export function findFirmwareDeadEnd(text: string): string | undefined {
  return text.split('\n').find((line) => /^No bootable device/.test(line));
}

/** A line by which firmware, boot loader or kernel says that it gave up; waiting on is of no use. */
export function findDeadEnd(text: string): string | undefined {
  return text.split('\n').find((line) => deadEnd.test(line));
}

const deadEnd =
  /Kernel panic - not syncing|^grub> *$|grub rescue>|^\(initramfs\)|No bootable device|^\s*BdsDxe: No bootable option|You are in emergency mode|UEFI Interactive Shell v/;
