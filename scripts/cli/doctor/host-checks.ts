/** What doctor looks at on the machine itself. */
import { statfs } from 'node:fs/promises';
import { freemem, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { findMissingPackages, hostPackages, readHostFiles } from '../../adapters/host/packages.ts';
import { checkVenv, venvPython } from '../../adapters/host/python-venv.ts';
import { readPackageVersions } from '../../adapters/host/tools.ts';
import { verifyNamespaces } from '../../adapters/host/tools-namespaces.ts';
import { planRanges } from '../../adapters/host/tools-user-ids.ts';
import { formatBytes } from '../../adapters/log/format-progress.ts';
import type { Check, Finding } from './check.ts';

const gibibyte = 1024 ** 3;
/** A build and its boots need about this much, in bytes. */
const wantedDisk = 10 * gibibyte;
const wantedMemory = 3 * gibibyte;
const setup = "run 'aperiodic setup'";

const programs: Check = {
  id: 'programs',
  title: 'programs',
  run: async () => {
    const missing = new Map(
      findMissingPackages(hostPackages, readHostFiles()).map((one) => [one.name, one.missing]),
    );
    // Another distribution has no dpkg-query: its versions stay unknown.
    const versions = await readPackageVersions(hostPackages.map(({ name }) => name)).catch(() => new Map());
    return hostPackages.map(({ name, why, neededBy }): Finding => {
      const absent = missing.get(name);
      if (absent === undefined) return { status: 'ok', title: name, value: versions.get(name) ?? 'there' };
      const advice = `${setup}: it ${why}, for ${neededBy.join(', ')}`;
      return { status: 'missing', title: name, value: `no ${absent.join(', ')}`, advice };
    });
  },
};

const python: Check = {
  id: 'python',
  title: 'Python environment',
  run: async () => {
    const state = await checkVenv();
    if (state === 'current') return [{ status: 'ok', title: 'Python environment', value: venvPython() }];
    return [{ status: 'missing', title: 'Python environment', value: state, advice: setup }];
  },
};

const namespaces: Check = {
  id: 'user-namespaces',
  title: 'user namespaces',
  run: async () => {
    if ((await planRanges()).length > 0) {
      return [
        { status: 'missing', title: 'user namespaces', value: 'no usable range of user ids', advice: setup },
      ];
    }
    await verifyNamespaces();
    return [{ status: 'ok', title: 'user namespaces', value: 'work' }];
  },
};

const accelerator: Check = {
  id: 'accelerator',
  title: 'virtual machines',
  run: async () => {
    const { createMachines } = await import('../../adapters/qemu/machines.ts');
    const value = (await createMachines().accelerator()) === 'kvm' ? 'KVM' : 'TCG (boots take minutes)';
    return [{ status: 'ok', title: 'virtual machines', value }];
  },
};

const disk: Check = {
  id: 'disk',
  title: 'free disk',
  run: async ({ config }) => {
    const folders = new Set([config?.store, config?.work, tmpdir()].filter((folder) => folder !== undefined));
    return await Promise.all([...folders].map(measureDisk));
  },
};

async function measureDisk(folder: string): Promise<Finding> {
  const { bavail, bsize } = await statNearest(folder);
  const free = bavail * bsize;
  const finding = { title: 'free disk', value: `${formatBytes(free)} for ${folder}` };
  if (free >= wantedDisk) return { status: 'ok', ...finding };
  return { status: 'warning', ...finding, advice: `a build wants ${formatBytes(wantedDisk)}` };
}

/** Of the folder, or of the nearest one upwards that is there already. */
async function statNearest(folder: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(folder);
  } catch (error) {
    if (path.dirname(folder) === folder) throw error;
    return await statNearest(path.dirname(folder));
  }
}

const memory: Check = {
  id: 'memory',
  title: 'free memory',
  run: async () => {
    const finding = {
      title: 'free memory',
      value: `${formatBytes(freemem())} of ${formatBytes(totalmem())}`,
    };
    if (freemem() >= wantedMemory) return [{ status: 'ok', ...finding }];
    return [{ status: 'warning', ...finding, advice: `a test boot wants ${formatBytes(wantedMemory)}` }];
  },
};

export const hostChecks: readonly Check[] = [programs, python, namespaces, accelerator, disk, memory];
