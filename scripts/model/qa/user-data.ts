/**
 * What the tests ask of cloud-init in the user data of their guests. The checks look for exactly this
 * (guest/user-data.ts), whichever data source brings it.
 */

export const qaHostname = 'aperiodic-qa';
export const qaDomain = 'internal';

/** Besides the default user of the image. */
export const qaUser = 'aperiodic-extra';

/** Every run of the script part adds a line. */
export const scriptFile = '/var/lib/aperiodic-qa/script-ran';

export const writtenFiles = {
  text: {
    path: '/etc/aperiodic-qa/text',
    content: 'written by write_files\n',
    permissions: '0640',
    owner: 'root:adm',
  },
  program: {
    path: '/usr/local/bin/aperiodic-qa-program',
    content: '#!/bin/sh\necho "from base64"\n',
    permissions: '0755',
    owner: 'root:root',
  },
} as const;

const script = `#!/bin/sh
set -e
mkdir -p /var/lib/aperiodic-qa
echo "as $(id -un)" >> ${scriptFile}
`;

/**
 * User data of a guest: settings and a script in one (cloud-init documentation, "Cloud config archive"; JSON is YAML).
 * Only one host key is made: an RSA key takes long to find under emulation.
 * @param publicKey a line of authorized_keys
 */
export function renderQaUserData({ publicKey, hostname }: { publicKey: string; hostname: string }): string {
  const key = publicKey.trim();
  const { text, program } = writtenFiles;
  const settings = {
    ssh_authorized_keys: [key],
    ssh_genkeytypes: ['ed25519'],
    fqdn: `${hostname}.${qaDomain}`,
    manage_etc_hosts: true,
    users: [
      'default',
      {
        name: qaUser,
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: [key],
      },
    ],
    write_files: [
      text,
      { ...program, encoding: 'b64', content: Buffer.from(program.content).toString('base64') },
    ],
  };
  const parts = [
    { type: 'text/cloud-config', content: `#cloud-config\n${JSON.stringify(settings, undefined, 2)}\n` },
    { type: 'text/x-shellscript', content: script },
  ];
  return `#cloud-config-archive\n${JSON.stringify(parts, undefined, 2)}\n`;
}
