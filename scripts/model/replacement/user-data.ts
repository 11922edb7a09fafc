/**
 * What a user gives an instance that keeps its data on a volume of its own: the same for both guests.
 *
 * The volume is known by its serial number, so that the order of disks does not matter; cloud-init makes a file system
 * on it when it has none (cc_disk_setup, cc_mounts, cc_write_files, cc_runcmd in the cloud-init documentation).
 */

/** Serial number of the virtio disk, at most 20 characters. */
export const volumeSerial = 'aperiodic-data';
export const volumeLabel = 'data';
export const volumeFolder = '/srv/data';
export const serviceName = 'aperiodic-keeper.service';
/** Who looks at the guests: of our own, because the default user may be another in each. */
export const probeUser = 'aperiodic-probe';
export const hostname = 'aperiodic-replaced';
export const volumeBytes = 256 * 1024 * 1024;

const device = `/dev/disk/by-id/virtio-${volumeSerial}`;

/** Each start adds a line to a file on the volume. */
const service = `[Unit]
Description=Keeps its state on the data volume
RequiresMountsFor=${volumeFolder}
[Service]
ExecStart=/bin/sh -c 'cat /proc/sys/kernel/random/boot_id >> ${volumeFolder}/starts && exec sleep infinity'
[Install]
WantedBy=multi-user.target
`;

/**
 * JSON is YAML. Only one host key is made: an RSA key takes long to find under emulation.
 * @param publicKey a line of authorized_keys: that of the default user as well
 */
export function renderReplacementUserData(publicKey: string): string {
  const key = publicKey.trim();
  const data = {
    ssh_authorized_keys: [key],
    ssh_genkeytypes: ['ed25519'],
    users: [
      'default',
      {
        name: probeUser,
        shell: '/bin/bash',
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        lock_passwd: true,
        ssh_authorized_keys: [key],
      },
    ],
    fs_setup: [{ label: volumeLabel, filesystem: 'ext4', device, partition: 'none', overwrite: false }],
    mounts: [[device, volumeFolder, 'ext4', 'defaults,nofail', '0', '2']],
    write_files: [{ path: `/etc/systemd/system/${serviceName}`, permissions: '0644', content: service }],
    runcmd: [
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', serviceName],
    ],
  };
  return `#cloud-config\n${JSON.stringify(data, undefined, 2)}\n`;
}
