/** `aperiodic keys`: signing keys. */
import type { Command } from './command.ts';

export const keys: Command = {
  name: 'keys',
  summary: 'make a signing key',
  description:
    'keys generate makes an OpenPGP key for signing releases (version 4, Ed25519): the private key in the file that --out names, ' +
    'which only you can read, the public key beside it as .pub.asc, and a revocation certificate as .revoke.asc. Put the public ' +
    'key into releases/keys by a pull request; keep the other two secret. docs/signing.md has the rest.',
  arguments: [{ name: '<verb>', description: 'generate' }],
  options: [
    { flags: '--name <text>', description: "whose key it is, such as 'Example Cloud Images (2027)'" },
    { flags: '--expires <days>', description: 'days until it expires (default: 730)' },
    { flags: '--out <file>', description: 'of the private key; must not be there yet' },
  ],
  examples: [
    "aperiodic keys generate --name 'Example Cloud Images (2027)' --expires 730 --out ~/keys/2027.asc",
  ],
  action: async (context) => (await import('./actions/keys.ts')).runKeys(context),
};
