/** What checks compare with, for tests: an invented image of two packages. */
import type { Answer, GuestContext } from '../../../scripts/model/qa/check.ts';
import type { DiskEntry, DiskView } from '../../../scripts/ports.ts';

const digest = '0'.repeat(64);

export function makeContext(change: Partial<GuestContext> = {}): GuestContext {
  const request = {
    repositories: ['test-main'],
    core: true,
    weakDependencies: false,
    packages: ['alpha', 'beta'],
    excluded: [],
  };
  return {
    guest: 'bios',
    diskSize: 6 * 1024 ** 3,
    echoPort: 4242,
    artifacts: [{ name: 'Test-Image.qcow2', size: 100 * 1024 ** 2 }],
    job: {
      stream: 'test-1/image',
      name: 'Test-Image-1',
      version: '20260102.0',
      content: digest,
      commit: '0'.repeat(40),
      architecture: 'amd64',
      payload: 'deb',
      formats: ['qcow2'],
      limits: { downloadMiB: 200, usedMiB: 700 },
      kickstart: [],
      pins: {
        architecture: 'amd64',
        request,
        packages: [makePin('alpha', '1.0-1', 'amd64'), makePin('beta', '2:3.1', 'all')],
      },
      targets: { mirrors: [] },
    },
    spec: {
      kind: 'disk',
      request,
      packageOrigins: {},
      excludeDocs: true,
      partitions: [],
      bootloader: { append: 'console=tty0 console=ttyS0,115200n8', timeoutSeconds: 0 },
      lang: 'C.UTF-8',
      keyboard: 'us',
      timezone: 'Etc/UTC',
      rootLocked: true,
      users: [],
      services: { enabled: ['ssh'], disabled: ['apt-daily.timer'] },
      sshKeys: [],
      scripts: [],
    },
    ...change,
  };
}

function makePin(name: string, version: string, architecture: string) {
  return {
    name,
    version,
    architecture,
    size: 1,
    sha256: digest,
    repository: 'test-main',
    path: `pool/${name}.deb`,
  };
}

export function makeAnswer(stdout: string, change: Partial<Answer> = {}): Answer {
  return { exitCode: 0, stdout, stderr: '', seconds: 1, receivedAt: 1_700_000_000_000, ...change };
}

/** Accounts without passwords and a store of certificates. */
export const trusted = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n',
  '/etc/group': 'root:x:0:\n',
  '/etc/shadow': 'root:*:20000:0:99999:7:::\ndaemon:*:20000:0:99999:7:::\n',
  '/etc/ssl/certs/ca-certificates.crt': '-----BEGIN CERTIFICATE-----\nMII\n'.repeat(100),
};

/** A disk of these files: path to content. */
export function makeDisk(
  files: Readonly<Record<string, string>>,
  usedMiB = 500,
  modes: Readonly<Record<string, number>> = {},
): DiskView {
  const paths = Object.keys(files);
  const below = (folder: string) => {
    const prefix = folder === '/' ? '/' : `${folder}/`;
    return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  };
  return {
    async list(path) {
      const names = new Set(below(path).map((rest) => rest.split('/')[0] ?? ''));
      return names.size === 0 ? undefined : [...names];
    },
    async read(path) {
      return files[path];
    },
    async walk(path) {
      return below(path).map(
        (rest): DiskEntry => ({
          path: `${path === '/' ? '' : path}/${rest}`,
          kind: 'file',
          mode: modes[`${path === '/' ? '' : path}/${rest}`] ?? 0o644,
          uid: 0,
          gid: 0,
          size: Buffer.byteLength(files[`${path === '/' ? '' : path}/${rest}`] ?? ''),
        }),
      );
    },
    usedMiB: async () => usedMiB,
  };
}
