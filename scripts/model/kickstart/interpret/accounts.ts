/** rootpw, user and sshkey. No value of theirs but a valid account name enters a message. */
import type { UserSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft, Handler } from './draft.ts';
import { accountName, cryptHash, gecosText, isPlainPath, isPublicKey } from './values.ts';

const plaintext = 'a plain password in git is a secret that everybody has: give its hash with --iscrypted';
const notAHash =
  'is not a yescrypt, scrypt, bcrypt, SHA-512 or SHA-256 hash of crypt(5): make one by mkpasswd';

/** What stands in for a hash, in /etc/shadow and in kickstarts, where no password shall match. */
const noPassword = ['locked', '*', '!', '!!', '!*'];

export const readRootPassword: Handler = (command, draft, report) => {
  const hash = command.arguments[0];
  draft.rootLocked = command.has('--lock');
  if (hash === undefined || command.has('--plaintext')) return;
  if (command.has('--iscrypted') && noPassword.includes(hash)) draft.rootLocked = true;
  else if (!command.has('--iscrypted')) report.refuse(command.line, 'rootpw', plaintext);
  else if (!cryptHash.test(hash)) report.refuse(command.line, 'rootpw', notAHash, 'invalid');
  else draft.rootPasswordHash = hash;
};

export const readUser: Handler = (command, draft, report) => {
  const name = command.text('--name') ?? '';
  if (!accountName.test(name)) {
    report.refuse(command.line, `user --name=${quote(name)}`, 'is not a name for an account', 'invalid');
    return;
  }
  if (name === 'root' || draft.users.some((user) => user.name === name)) {
    const why = name === 'root' ? 'root is there already: use rootpw' : 'is given twice';
    report.refuse(command.line, `user ${name}`, why, 'invalid');
    return;
  }
  const user: UserSpec = { name, groups: [], locked: true, origin: report.origin(command.line) };
  readGroups(command, user, report);
  readPaths(command, user, report);
  readIds(command, user, report);
  readPassword(command, user, report);
  const gecos = command.text('--gecos');
  if (gecos !== undefined && gecos !== '') {
    if (gecosText.test(gecos)) user.gecos = gecos;
    else
      report.refuse(
        command.line,
        'user --gecos',
        'may hold letters, digits, blanks and . , @ ( ) + - _ only',
        'invalid',
      );
  }
  draft.users.push(user);
};

function readGroups(command: CommandReader, user: UserSpec, report: Report): void {
  for (const group of command.list('--groups')) {
    if (accountName.test(group)) user.groups.push(group);
    else
      report.refuse(command.line, 'user --groups', `${quote(group)} is not the name of a group`, 'invalid');
  }
  user.groups = [...new Set(user.groups)].sort();
}

function readPaths(command: CommandReader, user: UserSpec, report: Report): void {
  for (const key of ['homedir', 'shell'] as const) {
    const path = command.text(`--${key}`);
    if (path === undefined) continue;
    if (isPlainPath(path)) user[key] = path;
    else report.refuse(command.line, `user --${key}`, 'is not a plain absolute path', 'invalid');
  }
}

/** Ids below 1000 are given out by packages, in the order in which they are set up. */
function readIds(command: CommandReader, user: UserSpec, report: Report): void {
  for (const key of ['uid', 'gid'] as const) {
    if (!command.has(`--${key}`)) continue;
    const id = command.integer(`--${key}`);
    if (id !== undefined && id >= 1000 && id <= 59_999) user[key] = id;
    else report.refuse(command.line, `user --${key}`, 'must be 1000 to 59999', 'invalid');
  }
}

function readPassword(command: CommandReader, user: UserSpec, report: Report): void {
  const hash = command.text('--password');
  if (hash === undefined) {
    if (command.has('--iscrypted')) {
      report.refuse(command.line, 'user --iscrypted', 'needs --password=HASH', 'invalid');
    }
    return;
  }
  if (command.has('--plaintext')) return;
  if (!command.has('--iscrypted')) report.refuse(command.line, 'user --password', plaintext);
  else if (!cryptHash.test(hash)) report.refuse(command.line, 'user --password', notAHash, 'invalid');
  else {
    user.passwordHash = hash;
    user.locked = command.has('--lock');
  }
}

export const readSshKey: Handler = (command, draft, report) => {
  const user = command.text('--username') ?? '';
  const key = (command.arguments[0] ?? '').trim().replace(/ +/g, ' ');
  if (!accountName.test(user)) {
    report.refuse(
      command.line,
      `sshkey --username=${quote(user)}`,
      'is not a name for an account',
      'invalid',
    );
    return;
  }
  if (!isPublicKey(key)) {
    const why = 'is not one public key: in quotes, its type, its base64 and a comment, no options';
    report.refuse(command.line, `sshkey --username=${user}`, why, 'invalid');
    return;
  }
  if (draft.sshKeys.some((other) => other.user === user && other.key === key)) return;
  draft.sshKeys.push({ user, key, line: command.line });
};

/** Keys of accounts that nothing makes would be lost. */
export function checkKeys(draft: Draft, report: Report): void {
  for (const { user, line } of draft.sshKeys) {
    if (user === 'root' || draft.users.some((other) => other.name === user)) continue;
    report.refuse(line, `sshkey --username=${user}`, 'no user line makes this account', 'invalid');
  }
}
