/** What the host must have: programs and files, the Debian package of each, and why. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { processorOfNode } from '../../model/machine.ts';
import { machinePackages } from './packages-machines.ts';

export interface HostPackage {
  /** Debian's name of the package. */
  name: string;
  /** Programs (bare names) or files (absolute paths, `*` within one part) that show that it is installed. */
  provides: readonly string[];
  why: string;
  /** Commands of Aperiodic that cannot do without. */
  neededBy: readonly string[];
}

/** Where no image can be built all the same, doctor and setup still have something to say. */
export const thisProcessor = processorOfNode(process.arch) ?? 'x86_64';

export const hostPackages: readonly HostPackage[] = [
  {
    name: 'apt',
    provides: ['apt-get', '/usr/lib/apt/apt-helper'],
    why: 'asks for pins and downloads packages',
    neededBy: ['resolve', 'fetch'],
  },
  { name: 'gpgv', provides: ['gpgv'], why: 'checks what repositories sign', neededBy: ['resolve'] },
  {
    name: 'debian-archive-keyring',
    provides: ['/usr/share/keyrings/debian-archive-keyring.gpg'],
    why: "holds the keys of Debian's repositories",
    neededBy: ['resolve'],
  },
  {
    name: 'ca-certificates',
    provides: ['/etc/ssl/certs/ca-certificates.crt'],
    why: 'lets repositories be reached by https',
    neededBy: ['resolve', 'fetch'],
  },
  {
    name: 'python3',
    provides: ['/usr/bin/python3'],
    why: 'runs the kickstart parser',
    neededBy: ['setup', 'kickstart', 'validate'],
  },
  {
    name: 'python3-venv',
    provides: ['/usr/lib/python3*/ensurepip/__init__.py'],
    why: 'makes the Python environment of the kickstart parser',
    neededBy: ['setup'],
  },
  {
    name: 'python3-dnf',
    provides: ['/usr/lib/python3/dist-packages/dnf/__init__.py'],
    why: 'asks for pins of rpm distributions and downloads their packages',
    neededBy: ['resolve', 'fetch'],
  },
  { name: 'mmdebstrap', provides: ['mmdebstrap'], why: 'makes a root from packages', neededBy: ['build'] },
  {
    name: 'rpm',
    provides: ['rpm', 'rpmkeys'],
    why: 'makes a root from rpms',
    neededBy: ['resolve', 'build'],
  },
  {
    name: 'policycoreutils',
    provides: ['setfiles'],
    why: 'labels the files of systems with SELinux',
    neededBy: ['build'],
  },
  { name: 'bubblewrap', provides: ['bwrap'], why: 'shuts in %post scripts', neededBy: ['build'] },
  {
    name: 'uidmap',
    provides: ['newuidmap', 'newgidmap'],
    why: 'gives a build its own range of users',
    neededBy: ['build'],
  },
  {
    name: 'util-linux',
    provides: ['unshare', 'setpriv', 'mkswap'],
    why: 'starts programs in namespaces, and makes swap',
    neededBy: ['build'],
  },
  { name: 'fdisk', provides: ['sfdisk'], why: 'writes partition tables', neededBy: ['build'] },
  {
    name: 'e2fsprogs',
    provides: ['mke2fs', 'debugfs', 'dumpe2fs'],
    why: 'makes and reads the root file system',
    neededBy: ['build', 'qa'],
  },
  { name: 'dosfstools', provides: ['mkfs.vfat'], why: 'makes the EFI partition', neededBy: ['build', 'qa'] },
  { name: 'mtools', provides: ['mmd', 'mcopy'], why: 'fills the EFI partition', neededBy: ['build', 'qa'] },
  { name: 'qemu-utils', provides: ['qemu-img'], why: 'writes qcow2 images', neededBy: ['build', 'qa'] },
  { name: 'gzip', provides: ['gzip'], why: 'compresses layers of containers', neededBy: ['build'] },
  {
    name: 'skopeo',
    provides: ['skopeo'],
    why: 'reads container images, and brings them to registries and from them',
    neededBy: ['resolve', 'fetch', 'qa', 'publish', 'promote'],
  },
  {
    name: 'umoci',
    provides: ['umoci'],
    why: 'unpacks container images, to test them or to build with them',
    neededBy: ['resolve', 'fetch', 'qa'],
  },
  { name: 'runc', provides: ['runc'], why: 'runs containers to test them', neededBy: ['qa'] },
  { name: 'zstd', provides: ['zstd'], why: 'compresses images', neededBy: ['build'] },
  { name: 'xz-utils', provides: ['xz'], why: 'unpacks advisories', neededBy: ['advisories'] },
  ...machinePackages[thisProcessor],
  {
    name: 'openssh-client',
    provides: ['ssh', 'ssh-keygen'],
    why: 'logs in to test machines',
    neededBy: ['qa'],
  },
  { name: 'rsync', provides: ['rsync'], why: 'fills mirrors', neededBy: ['mirror'] },
  { name: 'git', provides: ['git'], why: 'reads releases and commits records', neededBy: ['plan', 'record'] },
];

/** What only tests run: programs that docs/verify.md tells readers to use. */
export const testPackages: readonly HostPackage[] = [
  { name: 'gpg', provides: ['gpg'], why: 'makes keyrings, and signatures that are not ours', neededBy: [] },
  { name: 'gpg-agent', provides: ['gpg-agent'], why: 'holds the keys of gpg', neededBy: [] },
  {
    name: 'docker-registry',
    provides: ['docker-registry'],
    why: 'takes container images, as a registry does',
    neededBy: [],
  },
  {
    name: 'golang-github-opencontainers-image-spec-dev',
    provides: ['/usr/share/gocode/src/github.com/opencontainers/image-spec/schema/config-schema.json'],
    why: 'says what the JSON of container images is like',
    neededBy: [],
  },
  {
    name: 'createrepo-c',
    provides: ['createrepo_c', 'modifyrepo_c'],
    why: 'makes repositories of rpms',
    neededBy: [],
  },
  {
    name: 'python3-createrepo-c',
    provides: ['/usr/lib/python3/dist-packages/createrepo_c/__init__.py'],
    why: 'reads updateinfo.xml, as dnf does',
    neededBy: [],
  },
  {
    name: 'python3-feedparser',
    provides: ['/usr/lib/python3/dist-packages/feedparser/__init__.py'],
    why: 'reads Atom feeds',
    neededBy: [],
  },
  { name: 'jq', provides: ['jq'], why: 'reads published documents', neededBy: [] },
  { name: 'lxd-client', provides: ['lxc'], why: 'reads simplestreams, as LXD does', neededBy: [] },
  { name: 'openssl', provides: ['openssl'], why: 'makes certificates for servers of tests', neededBy: [] },
  { name: 'wrk', provides: ['wrk'], why: 'asks a server as often as it can', neededBy: [] },
  { name: 'nginx-light', provides: ['/usr/sbin/nginx'], why: 'serves files beside ours', neededBy: [] },
  { name: 'chromium', provides: ['chromium'], why: 'looks at the web site, as people do', neededBy: [] },
  {
    name: 'python3-apt',
    provides: ['/usr/lib/python3/dist-packages/apt_pkg.cpython-*'],
    why: "compares versions as Debian's own library does",
    neededBy: [],
  },
  {
    name: 'python3-rpm',
    provides: ['/usr/lib/python3/dist-packages/rpm/__init__.py'],
    why: 'compares versions as rpm does',
    neededBy: [],
  },
];

/** The file system as the checks see it. */
export interface HostFiles {
  isFile(file: string): boolean;
  /** Names in a folder, empty when it is not there. */
  list(folder: string): string[];
  /** Folders that hold programs. */
  programFolders: readonly string[];
}

export interface MissingPackage extends HostPackage {
  /** Those of `provides` that are not there. */
  missing: string[];
}

/** The packages of which something is not there. */
export function findMissingPackages(packages: readonly HostPackage[], host: HostFiles): MissingPackage[] {
  return packages
    .map((wanted) => ({ ...wanted, missing: wanted.provides.filter((probe) => !isThere(probe, host)) }))
    .filter(({ missing }) => missing.length > 0);
}

/** Whether a program or file is there. */
export function isThere(probe: string, host: HostFiles): boolean {
  if (!probe.startsWith('/')) {
    return host.programFolders.some((folder) => host.isFile(path.posix.join(folder, probe)));
  }
  return expand(probe, host).some((file) => host.isFile(file));
}

/** Resolves the one `*` that a probe may have. */
function expand(probe: string, host: HostFiles): string[] {
  const star = probe.indexOf('*');
  if (star < 0) return [probe];
  const folder = probe.slice(0, probe.lastIndexOf('/', star));
  const end = probe.indexOf('/', star);
  const prefix = probe.slice(folder.length + 1, star);
  return host
    .list(folder)
    .filter((name) => name.startsWith(prefix))
    .map((name) => `${folder}/${name}${end < 0 ? '' : probe.slice(end)}`);
}

/** This machine, or one below `prefix` for tests. Programs are sought where `exec` finds them. */
export function readHostFiles(prefix = ''): HostFiles {
  return {
    isFile: (file) => statSync(prefix + file, { throwIfNoEntry: false })?.isFile() ?? false,
    list: (folder) => {
      try {
        return readdirSync(prefix + folder);
      } catch {
        return [];
      }
    },
    programFolders: ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  };
}
