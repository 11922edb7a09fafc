/** The Logins port by the openssh client. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logins } from '../../ports.ts';
import { makeKey } from './client.ts';
import { SshShell } from './shell.ts';

export function createLogins(): Logins {
  return {
    makeLogin: async (folder) => {
      await mkdir(folder, { recursive: true });
      const secrets = await mkdtemp(path.join(path.resolve(folder), 'login-'));
      return {
        publicKey: await makeKey(secrets),
        reach: (address) => new SshShell({ ...address, folder: secrets }),
        forget: () => rm(secrets, { recursive: true, force: true }),
      };
    },
  };
}
