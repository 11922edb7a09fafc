/** Which versions of the host's programs are installed. */
import { exec } from './exec.ts';

/** Versions by the name of the Debian package; a package that dpkg does not know is left out. */
export async function readPackageVersions(names: readonly string[]): Promise<Map<string, string>> {
  // dpkg-query ends with 1 when it knows some of the names only.
  const { stdout } = await exec(
    'dpkg-query',
    ['--show', `--showformat=\${db:Status-Status} \${Package} \${Version}\\n`, '--', ...names],
    { accept: [0, 1] },
  );
  const versions = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [status, name, version] = line.split(' ');
    if (status === 'installed' && name !== undefined && version !== undefined) versions.set(name, version);
  }
  return versions;
}
