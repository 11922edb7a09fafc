/** A user without rights, made for one test and removed after it. */
import { chmod, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';

export interface PlainUser {
  /** A folder of the user. */
  home: string;
  /** A copy of our code that the user can read, whatever the modes above the checkout are. */
  code: string;
  /** Runs our command line as the user, in another locale, zone and umask than the tests'. */
  run(
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** Gives a folder to the user. */
  own(folder: string): Promise<void>;
}

const name = 'aperiodic-test';

/** Needs root, or sudo without a password. useradd gives the user ranges in /etc/subuid and /etc/subgid. */
export async function createPlainUser(t: Pick<TestContext, 'after'>, folder: string): Promise<PlainUser> {
  const asRoot = (command: string, args: readonly string[], accept = [0]) =>
    process.getuid?.() === 0
      ? exec(command, args, { accept })
      : exec('sudo', ['-n', '--', command, ...args], { accept });
  await asRoot('userdel', [name], [0, 6]);
  const home = path.join(folder, 'plain-user');
  await asRoot('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/usr/sbin/nologin', name]);
  t.after(() => asRoot('userdel', [name], [0, 6]));
  const code = path.join(folder, 'code');
  for (const part of ['scripts', 'schemas', 'node_modules', 'package.json', '.venv', 'requirements.txt']) {
    await cp(path.join(toolRoot, part), path.join(code, part), { recursive: true, verbatimSymlinks: true });
  }
  await mkdir(home);
  await chmod(folder, 0o755);
  await asRoot('chown', ['-R', `${name}:${name}`, home]);
  return {
    home,
    code,
    own: async (target) => {
      await asRoot('chown', ['-R', `${name}:${name}`, target]);
    },
    run: async (args, env) => {
      const settings = {
        HOME: home,
        PATH: '/usr/bin:/bin',
        LANG: 'tr_TR.UTF-8',
        LC_ALL: 'tr_TR.UTF-8',
        TZ: 'Pacific/Kiritimati',
        ...env,
      };
      const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const script = 'umask 077; exec "$@"';
      const command = [
        'sh',
        '-c',
        script,
        'sh',
        process.execPath,
        path.join(code, 'scripts/aperiodic.mjs'),
        ...args,
      ];
      const identity = ['--reuid', name, '--regid', name, '--init-groups', '--'];
      return await asRoot('setpriv', [...identity, 'env', '-i', ...words, ...command], [0, 1]);
    },
  };
}
