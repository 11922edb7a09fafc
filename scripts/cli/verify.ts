/** `aperiodic verify`: whether files and AMIs are what was tested and signed. */
import type { Command } from './command.ts';

export const verify: Command = {
  name: 'verify',
  summary: 'check downloaded files, or what a stream has released, by their signatures',
  description:
    'With a folder: its CHECKSUM file must be signed by a key of the keyring, every file in the folder must be listed there and ' +
    'match, and every file that is listed must be there. Detached signatures that lie beside are checked too.\n\n' +
    'With --stream: the stream.sjson of a mirror must be signed, and not be older than one that was seen before. With --ami ' +
    'and --region it says whether that AMI is a live image of the stream.\n\n' +
    'The keyring is a file, armored or binary, or a folder of such; default is releases/keys of the checkout. Get keys from ' +
    'where you trust them, not from the mirror. docs/signing.md shows the same with gpgv and sha256sum.',
  arguments: [{ name: '[folder]', description: 'files of one release, as a mirror has them' }],
  options: [
    { flags: '--keyring <path>', description: 'public keys: a file, or a folder of *.asc and *.gpg' },
    { flags: '--partial', description: 'listed files may be missing, as long as one is there' },
    { flags: '--stream <file>', description: "a stream's signed document" },
    { flags: '--ami <id>', description: 'must be a live image of the stream' },
    { flags: '--region <name>', description: 'of the AMI' },
    {
      flags: '--state <file>',
      description: 'remembers serials (default: aperiodic/serials.json below XDG_STATE_HOME)',
    },
  ],
  examples: [
    'aperiodic verify ./20261122.0 --keyring keys/',
    'aperiodic verify --stream stream.sjson --ami ami-0123456789abcdef0 --region eu-central-1',
  ],
  failure: 'something is not what was signed, or signed by nobody that the keyring knows',
  action: async (context) => (await import('./actions/verify.ts')).runVerify(context),
};
