/** A login that the environment gave, for one call of skopeo: no secret is an argument, and none stays on the disk. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RegistryLogin } from '../host/config.ts';

/**
 * Calls with a file that only this user can read, and removes it (containers-auth.json(5)).
 * @param host with its port, as in the address
 */
export async function withLogin<T>(
  host: string,
  { user, password }: RegistryLogin,
  call: (authFile: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aperiodic-login-'));
  try {
    const file = path.join(folder, 'auth.json');
    const auth = Buffer.from(`${user}:${password}`).toString('base64');
    await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
    return await call(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
