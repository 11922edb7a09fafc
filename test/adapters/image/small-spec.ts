/** The smallest image that the steps of a build take; its pins and ids stand for nothing real. */

import type { WorkerRequest } from '../../../scripts/adapters/image/protocol.ts';
import type { ImageSpec, PartitionSpec, ScriptSpec } from '../../../scripts/model/kickstart/image-spec.ts';

export const epoch = 1_750_000_000;
const file = 'kickstarts/small.ks';

export function smallPartitions(
  sizes: { root?: number; esp?: number; biosboot?: number } = {},
): PartitionSpec[] {
  return [
    part('biosboot', 'biosboot', sizes.biosboot ?? 1, 2),
    { ...part('/boot/efi', 'efi', sizes.esp ?? 33, 3), label: 'ESP' },
    { ...part('/', 'ext4', sizes.root ?? 64, 4), label: 'root', grow: true },
  ];
}

/** With /boot and swap of their own. */
export function allPartitions(sizes: { root?: number; boot?: number; swap?: number } = {}): PartitionSpec[] {
  const [biosboot, esp, root] = smallPartitions(sizes);
  if (biosboot === undefined || esp === undefined || root === undefined) throw new Error('no partitions');
  const boot = part('/boot', 'ext4', sizes.boot ?? 64, 5);
  return [biosboot, esp, boot, { ...part('swap', 'swap', sizes.swap ?? 16, 6), label: 'swap' }, root];
}

function part(mount: string, fstype: PartitionSpec['fstype'], sizeMiB: number, line: number): PartitionSpec {
  return { mount, fstype, sizeMiB, grow: false, mkfsOptions: [], origin: { file, line } };
}

/** A script that begins at a line, so that errors can be told apart. */
export function post(line: number, body: string, more: Partial<ScriptSpec> = {}): ScriptSpec {
  return { interpreter: '/bin/sh', body, origin: { file, line }, ...more };
}

export function smallSpec(more: Partial<ImageSpec> = {}): ImageSpec {
  return {
    kind: 'disk',
    request: {
      repositories: ['debian-12'],
      core: false,
      weakDependencies: false,
      packages: [],
      excluded: [],
    },
    packageOrigins: {},
    excludeDocs: true,
    languages: [],
    partitions: smallPartitions(),
    bootloader: { append: 'console=ttyS0', timeoutSeconds: 0 },
    lang: 'C.UTF-8',
    keyboard: 'us',
    timezone: 'Etc/UTC',
    rootLocked: true,
    users: [],
    services: { enabled: [], disabled: [] },
    sshKeys: [],
    scripts: [],
    ...more,
  };
}

export function smallRequest(more: Partial<ImageSpec> = {}): WorkerRequest {
  return {
    spec: smallSpec(more),
    payload: 'deb',
    pins: [],
    architecture: 'amd64',
    seed: 'debian-12/small amd64',
    epoch,
    formats: ['qcow2', 'raw.zst'],
    release: { stream: 'debian-12/small', name: 'Debian-Small-12', version: '20260102.0' },
    baseName: 'small',
  };
}
