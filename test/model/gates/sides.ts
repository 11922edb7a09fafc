/** Two releases that are alike in everything. */
import type { Side } from '../../../scripts/model/gates/gate.ts';

export const mib = 1024 * 1024;

export function makeSide(changes: Partial<Side> = {}): Side {
  return {
    artifacts: [
      { format: 'qcow2', size: 165 * mib },
      { format: 'raw.zst', size: 125 * mib },
    ],
    packages: 205,
    figures: {
      'used-size': { usedMiB: 750 },
      'memory-used': { usedMiB: 160 },
      'listening-ports': { listening: ['tcp 22', 'udp 68'] },
      'setuid-files': { setuidFiles: ['/usr/bin/mount', '/usr/bin/sudo'] },
      'kernel-arguments': { arguments: ['console=ttyS0', 'ro'] },
    },
    bootSeconds: 100,
    services: ['cron.service', 'ssh.service'],
    ...changes,
  };
}
