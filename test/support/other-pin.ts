/** Pins with another version of one package, which Debian really has: what a pull request changes. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { exec } from '../../scripts/adapters/host/exec.ts';

/** Has been updated within each release of Debian, and nothing on the image cares which one is there. */
const name = 'tzdata';

export interface OtherPin {
  /** The pins file with the other version in the place of the one that was there. */
  text: string;
  name: string;
  from: string;
  to: string;
}

/**
 * Asks the machine's own apt sources for the version before the pinned one.
 * @param pins text of a pins file
 * @param folder gets apt's lists
 */
export async function pinOlder(pins: string, folder: string): Promise<OtherPin> {
  const line = pins.split('\n').find((one) => one.includes(`{name: ${name},`)) ?? '';
  const from = /version: ([^,]+),/.exec(line)?.[1];
  assert.ok(from !== undefined, `${name} is not pinned`);
  const lists = path.join(folder, 'lists');
  await mkdir(path.join(lists, 'partial'), { recursive: true });
  const own = ['-o', `Dir::State::lists=${lists}`];
  await exec('apt-get', [...own, 'update', '-q'], { timeoutSeconds: 300 });
  const { stdout } = await exec('apt-cache', [...own, 'show', '--', name]);
  for (const stanza of stdout.split(/\n\n+/)) {
    const of = (field: string) => new RegExp(`^${field}: (.+)$`, 'm').exec(stanza)?.[1] ?? '';
    const to = of('Version');
    const older = await exec('dpkg', ['--compare-versions', to, 'lt', from], { accept: [0, 1] });
    if (to === '' || older.exitCode !== 0) continue;
    const file = of('Filename');
    const repository = file.startsWith('pool/updates/') ? 'debian-12-security' : 'debian-12';
    const pin = `  - {name: ${name}, version: ${to}, architecture: ${of('Architecture')}, size: ${of('Size')}, sha256: ${of('SHA256')}, repository: ${repository}, path: ${file}}`;
    return { text: pins.replace(line, pin), name, from, to };
  }
  throw new Error(`Debian has no ${name} older than ${from}`);
}
