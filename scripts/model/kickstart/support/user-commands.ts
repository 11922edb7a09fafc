/** Honoured commands about accounts. */
import { type CommandTable, honoured, refused } from './standing.ts';

const plaintext = refused(
  'a plain password in git is a secret that everybody has: give its hash with --iscrypted',
);

export const userCommands: CommandTable = {
  rootpw: {
    ...honoured('--lock, or --iscrypted with a hash. Without the line root is locked'),
    options: {
      '--lock': honoured('no password opens the account'),
      '--iscrypted': honoured(
        'the argument is a yescrypt, scrypt, bcrypt, SHA-512 or SHA-256 hash of crypt(5)',
      ),
      '--plaintext': plaintext,
      '--allow-ssh': refused('root logs in by a key only: use sshkey'),
    },
  },
  user: {
    ...honoured('an account with a home directory; without a hash no password opens it'),
    options: {
      '--name': honoured('lower-case letters, digits, - and _, up to 32 characters'),
      '--groups': honoured('names of groups that exist, with commas between'),
      '--homedir': honoured('an absolute path; default /home/NAME'),
      '--shell': honoured('an absolute path'),
      '--uid': honoured('1000 to 59999'),
      '--gid': honoured('1000 to 59999'),
      '--gecos': honoured('letters, digits, blanks and . , @ ( ) + - _'),
      '--lock': honoured('no password opens the account'),
      '--iscrypted': honoured('--password is a hash, as for rootpw'),
      '--password': honoured('only with --iscrypted'),
      '--plaintext': plaintext,
    },
  },
  group: {
    ...honoured('a group, made before the users'),
    options: {
      '--name': honoured('lower-case letters, digits, - and _, up to 32 characters'),
      '--gid': honoured('1000 to 59999'),
    },
  },
  sshkey: {
    ...honoured('one public key, without options, for an account that the kickstart makes, or for root'),
    options: { '--username': honoured('name of the account') },
  },
};
