/** What guests answer that are replaced: the second finds on the volume what the first left there. */

import { volumeFolder } from '../../scripts/model/replacement/user-data.ts';
import type { BootRequest } from '../../scripts/ports.ts';

export const digest = 'd'.repeat(64);

export interface FakeVolume {
  starts: string[];
}

/** Content of volumes, by the path of the file; a file that was not seen before is empty. */
export class FakeVolumes {
  readonly #volumes = new Map<string, FakeVolume>();
  #boots = 0;

  /** One more start with this volume; the first one of a file that was made anew finds nothing. */
  answers({ dataDisk }: Pick<BootRequest, 'dataDisk'>): Record<string, string> {
    const file = dataDisk?.file ?? '';
    const known = this.#volumes.get(file);
    const volume = known === undefined || known.starts.length >= 2 ? { starts: [] } : known;
    this.#volumes.set(file, volume);
    const boot = `boot-${++this.#boots}`;
    volume.starts.push(boot);
    return {
      about: aboutOf(boot),
      store: 'stored=1\n',
      data: `kept/random 0:0 640 4194304 ${digest}\n`,
      starts: `${volume.starts.join('\n')}\n`,
      'enabled-units': 'ssh.service\n',
      'active-services': 'ssh.service\n',
      listening: 'tcp 0.0.0.0:22\n',
      users: 'root:0:0:/root:/bin/bash\n',
      mounts: `/ /dev/vda3 ext4\n${volumeFolder} /dev/vdc ext4\n`,
      kernel: '6.1.0-1\n',
      packages: 'alpha 1.0-1 amd64\n',
    };
  }
}

export function aboutOf(boot: string): string {
  return `finish=42000000
hostname=aperiodic-replaced
boot=${boot}
volume=/dev/vdc ext4
service=active enabled
login=debian:1000:1000:/home/debian:/bin/bash
`;
}

/** What `id` prints to the default user. */
export const loggedIn = { exitCode: 0, stdout: 'uid=1000(debian) gid=1000(debian)\n', stderr: '' };
