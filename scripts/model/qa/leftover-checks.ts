/** Checks that the build left nothing of itself or of its host in the image. */
import { failed, type ImageCheck, judgeFindings, passed } from './check.ts';
import { present } from './image-checks.ts';

const noLogs: ImageCheck = {
  id: 'no-logs',
  title: 'No logs of the build',
  purpose: 'The log of an instance begins with its first boot.',
  expectation:
    'No file below /var/log and /run has content, save the logs that a %post of the kickstart keeps by --log.',
  async inspect(disk, { spec }) {
    const entries = [...(await disk.walk('/var/log')), ...(await disk.walk('/run'))];
    const kept = new Set(spec.scripts.map(({ log }) => log));
    const written = entries.filter(({ path, kind, size }) => kind === 'file' && size > 0 && !kept.has(path));
    return judgeFindings(
      written.map(({ path, size }) => `${path} (${size} bytes)`),
      'none',
    );
  },
};

const noPackageCache: ImageCheck = {
  id: 'no-package-cache',
  title: 'No cached packages and package lists',
  purpose: 'They are large, and out of date by the first boot.',
  expectation: 'Below /var/lib/apt/lists and /var/cache/apt there is no file with content.',
  async inspect(disk) {
    const entries = [...(await disk.walk('/var/lib/apt/lists')), ...(await disk.walk('/var/cache/apt'))];
    return judgeFindings(
      entries.filter(({ kind, size }) => kind === 'file' && size > 0).map(({ path }) => path),
      'none',
    );
  },
};

const leftoverPaths = [
  '/root/.bash_history',
  '/root/.viminfo',
  '/root/.wget-hsts',
  '/usr/sbin/policy-rc.d',
  '/usr/sbin/start-stop-daemon.REAL',
  '/usr/bin/qemu-x86_64-static',
  '/usr/bin/qemu-aarch64-static',
  '/etc/.resolv.conf.systemd-resolved.bak',
  '/.dockerenv',
];

/** Copies that package tools keep of what they replace (dpkg(1), ucf(1), passwd(5), debconf's databases). */
const oldCopy = /(\.(dpkg|ucf)-(old|new|dist|tmp|bak|remove)|\.orig|\.rej|~)$/;
const accountCopy = /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid)-$/;
const databaseCopy = /^\/var\/(lib\/dpkg|cache\/debconf)\/[^/]*-old$/;

const noBuildLeftovers: ImageCheck = {
  id: 'no-build-leftovers',
  title: 'No left-overs of the build',
  purpose: 'Tools of the build change how an instance behaves, and their files differ from build to build.',
  expectation:
    'No temporary file, shell history, service blocker, apt setting of the build tool or backup copy is in the image.',
  async inspect(disk) {
    const findings = await present(disk, leftoverPaths);
    for (const folder of ['/tmp', '/var/tmp', '/var/lib/cloud']) {
      findings.push(
        ...(await disk.walk(folder)).filter(({ kind }) => kind !== 'folder').map(({ path }) => path),
      );
    }
    const copies = [
      ...(await disk.walk('/etc')),
      ...((await disk.list('/var/lib/dpkg')) ?? []).map((name) => ({ path: `/var/lib/dpkg/${name}` })),
      ...((await disk.list('/var/cache/debconf')) ?? []).map((name) => ({
        path: `/var/cache/debconf/${name}`,
      })),
    ];
    findings.push(
      ...copies
        .map(({ path }) => path)
        .filter((path) => oldCopy.test(path) || accountCopy.test(path) || databaseCopy.test(path)),
    );
    for (const name of (await disk.list('/etc/apt/apt.conf.d')) ?? []) {
      const path = `/etc/apt/apt.conf.d/${name}`;
      const content = (await disk.read(path)) ?? '';
      if (
        /mmdebstrap|debootstrap/.test(name) ||
        /^\s*(Dir|Acquire::\w+::Proxy|APT::Get::AllowUnauth)/m.test(content)
      ) {
        findings.push(path);
      }
    }
    return judgeFindings([...new Set(findings)].sort(), 'none');
  },
};

const noHostIdentity: ImageCheck = {
  id: 'no-host-identity',
  title: 'Nothing of the build host',
  purpose: 'The image must not depend on where it was built, nor tell it.',
  expectation:
    'The host name is that of the kickstart, localhost or not set, no resolver settings are stored, and package sources name no local or unverified place.',
  async inspect(disk, { spec }) {
    const findings: string[] = [];
    const hostname = (await disk.read('/etc/hostname'))?.trim() ?? '';
    if (!['', 'localhost', 'localhost.localdomain', spec.hostname].includes(hostname)) {
      findings.push(`/etc/hostname says ${hostname}`);
    }
    if (/^\s*(nameserver|search|domain)\b/m.test((await disk.read('/etc/resolv.conf')) ?? '')) {
      findings.push('/etc/resolv.conf has settings');
    }
    const sources = [
      '/etc/apt/sources.list',
      ...((await disk.list('/etc/apt/sources.list.d')) ?? []).map(
        (name) => `/etc/apt/sources.list.d/${name}`,
      ),
    ];
    for (const path of sources) {
      if (
        /^(?!\s*#).*(\b(copy|file|cdrom):|trusted\s*[=:]\s*yes|allow-insecure)/im.test(
          (await disk.read(path)) ?? '',
        )
      ) {
        findings.push(`${path} names a local or unverified place`);
      }
    }
    return judgeFindings(findings, hostname === '' ? 'no host name' : `host name ${hostname}`);
  },
};

const kernelPresent: ImageCheck = {
  id: 'kernel-present',
  title: 'One kernel with its initial RAM disk',
  purpose: 'Without both nothing boots; with more than one the image is larger than it need be.',
  expectation: '/boot holds exactly one vmlinuz-* and the initrd.img-* of the same version.',
  async inspect(disk) {
    const names = (await disk.list('/boot')) ?? [];
    const kernels = names
      .filter((name) => name.startsWith('vmlinuz-'))
      .map((name) => name.slice('vmlinuz-'.length));
    const [version] = kernels;
    if (version === undefined) return failed('no kernel in /boot');
    if (kernels.length > 1) return failed(`several kernels: ${kernels.join(', ')}`);
    return names.includes(`initrd.img-${version}`) ? passed(version) : failed(`no initrd.img-${version}`);
  },
};

export const leftoverChecks: readonly ImageCheck[] = [
  noLogs,
  noPackageCache,
  noBuildLeftovers,
  noHostIdentity,
  kernelPresent,
];
