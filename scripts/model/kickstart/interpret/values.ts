/**
 * What values may look like. They end up in files of the image and in arguments of programs, so each pattern lets
 * through only what the value needs.
 */

/** As useradd of Debian takes them by default; login name limit of Linux. */
export const accountName = /^[a-z_][a-z0-9_-]{0,31}$/;
const pathSegment = /^[A-Za-z0-9_+@-][A-Za-z0-9._+@-]*$|^\.[A-Za-z0-9_+@-][A-Za-z0-9._+@-]*$/;
/** Deb names: Debian Policy 5.6.1. */
export const debPackageName = /^[a-z0-9][a-z0-9+.-]{1,199}$/;
/** crypt(5): yescrypt, gost-yescrypt, scrypt, bcrypt, SHA-512, SHA-256; weaker ones are refused. */
export const cryptHash = /^\$(?:y|gy|7|2[aby]|6|5)\$[A-Za-z0-9./$,=-]{20,180}$/;
export const gecosText = /^[\p{L}\p{N} .,@()+_-]{1,100}$/u;
export const localeName = /^(?:C|[a-z]{2,3}_[A-Z]{2})\.UTF-8$/;
/** A folder name below /usr/share/locale. */
export const languageName = /^[a-z]{2,3}(?:_[A-Z]{2})?(?:@[a-z]{1,16})?$/;
export const keyboardLayout = /^[a-z]{2,8}$/;
/** systemd.unit(5), without escapes. */
export const unitName = /^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,199}$/;
export const unitTypes = [
  'service',
  'socket',
  'timer',
  'path',
  'target',
  'mount',
  'automount',
  'swap',
  'slice',
];
/** A link by its name, or the words of kickstart for one: link, bootif. Linux's limit is 15 characters; a MAC has 17. */
export const linkName = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,16}$/;
/** A host name or an address. */
export const timeServer = /^[A-Za-z0-9][A-Za-z0-9.:-]{0,252}$/;
/** firewalld.service(5): the name of its file. */
export const firewallService = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
export const firewallPort = /^[0-9]{1,5}(?:-[0-9]{1,5})?:(?:tcp|udp|sctp|dccp)$/;
/** mke2fs: 16 bytes. */
export const ext4Label = /^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$/;
/** mkswap(8) of util-linux keeps 15 bytes. */
export const swapLabel = /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/;
/** FAT: 11 bytes. */
export const fatLabel = /^[A-Z0-9][A-Z0-9_-]{0,10}$/;
export const mountOptions =
  /^[a-z0-9_.-]+(?:=[A-Za-z0-9_.:/%-]+)?(?:,[a-z0-9_.-]+(?:=[A-Za-z0-9_.:/%-]+)?)*$/;
/** Kernel words that neither GRUB's script language nor a shell acts on. */
export const kernelWords = /^[A-Za-z0-9 .,:=_+/@%~^[\]?*!-]{0,1024}$/;

/** Whether a path is absolute, normal, and of harmless characters. */
export function isPlainPath(path: string): boolean {
  if (!path.startsWith('/') || path.length > 200) return false;
  return path
    .slice(1)
    .split('/')
    .every((segment) => pathSegment.test(segment));
}

/** RFC 1123, and Linux's limit of 64 characters. */
export function isHostname(name: string): boolean {
  return (
    name.length <= 64 &&
    name.split('.').every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  );
}

/** A name of the tz database, as far as this Node's own copy knows. */
export function isTimezone(name: string): boolean {
  if (name.length > 60 || !/^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*){0,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const keyTypes =
  /^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com)$/;

/** One line of authorized_keys without options: type, base64 that begins with the type, a plain comment. */
export function isPublicKey(text: string): boolean {
  const [type = '', blob = '', ...comment] = text.split(' ');
  if (text.length > 8192 || !keyTypes.test(type) || !/^[A-Za-z0-9+/]+={0,2}$/.test(blob)) return false;
  if (!comment.every((word) => /^[A-Za-z0-9@._+-]+$/.test(word))) return false;
  const bytes = Buffer.from(blob, 'base64');
  return bytes.length > 4 + type.length && bytes.toString('latin1', 4, 4 + type.length) === type;
}

/** Options of mke2fs about inodes and reserved blocks. The builder chooses features and block size, for GRUB's sake. */
export function areMkfsWords(words: readonly string[]): boolean {
  if (words.length % 2 !== 0) return false;
  for (let i = 0; i < words.length; i += 2) {
    const pattern = words[i] === '-m' ? /^[1-4]?[0-9]$/ : /^[1-9][0-9]{1,8}$/;
    if (!['-i', '-I', '-m', '-N'].includes(words[i] ?? '') || !pattern.test(words[i + 1] ?? '')) return false;
  }
  return true;
}
