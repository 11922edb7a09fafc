/** GnuPG with keys of its own, thrown away with the test: signatures that our code had no part in. */
import path from 'node:path';
import type { TestContext } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Gpg {
  /** Its folder of keys, for programs that call gpg themselves. */
  home: string;
  /** Makes a key. @param expires in gpg's words: never, or a date; the key is then made long before */
  addKey(user: string, expires?: string): Promise<void>;
  /** The public key, armored. */
  publicKey(user: string): Promise<string>;
  clearSign(user: string, text: string): Promise<string>;
  detach(user: string, file: string): Promise<string>;
}

export async function createGpg(t: Pick<TestContext, 'after'>): Promise<Gpg> {
  const home = await temporaryFolder(t);
  t.after(() => exec('gpgconf', ['--homedir', home, '--kill', 'gpg-agent']));
  const past = new Map<string, string[]>();
  const run = async (user: string, args: readonly string[], input = '') => {
    const always = [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
    ];
    const { stdout } = await exec('gpg', [...always, ...(past.get(user) ?? []), ...args], { input });
    return stdout;
  };
  const sign = (user: string) => ['--local-user', user, '--armor', '--output', '-'];
  return {
    home,
    addKey: async (user, expires = 'never') => {
      if (expires !== 'never') past.set(user, ['--faked-system-time', '20200101T000000']);
      await run(user, ['--quick-gen-key', user, 'ed25519', 'sign', expires]);
    },
    publicKey: (user) => run(user, ['--armor', '--export', user]),
    clearSign: (user, text) => run(user, [...sign(user), '--clear-sign'], text),
    detach: (user, file) => run(user, [...sign(user), '--detach-sign', '--', path.resolve(file)]),
  };
}
