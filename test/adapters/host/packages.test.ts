import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  findMissingPackages,
  type HostFiles,
  hostPackages,
  isThere,
  readHostFiles,
} from '../../../scripts/adapters/host/packages.ts';
import { describeMissing, planInstall, readAptLine } from '../../../scripts/adapters/host/packages-plan.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A machine that has just these files. */
function hostWith(...files: string[]): HostFiles {
  return {
    isFile: (file) => files.includes(file),
    list: (folder) =>
      files
        .filter((file) => file.startsWith(`${folder}/`))
        .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
    programFolders: ['/usr/sbin', '/usr/bin'],
  };
}

const facts = { root: true, sudo: false, apt: true, terminal: false, yes: false };
const missing = findMissingPackages(hostPackages, hostWith('/usr/bin/git', '/usr/sbin/mke2fs'));

describe('missing packages', () => {
  it('are all that nothing shows to be there', () => {
    const names = missing.map(({ name }) => name);
    assert.ok(!names.includes('git'));
    assert.deepEqual(missing.find(({ name }) => name === 'e2fsprogs')?.missing, ['debugfs', 'dumpe2fs']);
    assert.equal(names.length, hostPackages.length - 1);
  });

  it('are none on a machine that has every program and file', () => {
    const files = hostPackages
      .flatMap(({ provides }) => provides)
      .map((probe) => (probe.startsWith('/') ? probe.replace('*', '.99') : `/usr/bin/${probe}`));
    assert.deepEqual(findMissingPackages(hostPackages, hostWith(...files)), []);
  });

  it('are found in the file system, below a prefix', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(path.join(folder, 'usr/lib/python3.11/ensurepip'), { recursive: true });
    await mkdir(path.join(folder, 'usr/bin/zstd'), { recursive: true });
    await writeFile(path.join(folder, 'usr/lib/python3.11/ensurepip/__init__.py'), '');
    const host = readHostFiles(folder);
    assert.ok(isThere('/usr/lib/python3*/ensurepip/__init__.py', host));
    assert.ok(!isThere('/usr/lib/python2*/ensurepip/__init__.py', host));
    assert.ok(!isThere('/no/such*/file', host));
    assert.ok(!isThere('zstd', host), 'a folder is no program');
  });

  it('are listed with their reason', () => {
    const text = describeMissing(missing.filter(({ name }) => name === 'zstd' || name === 'e2fsprogs'));
    assert.equal(
      text,
      '  e2fsprogs  makes and reads the root file system (no debugfs, dumpe2fs)\n' +
        '  zstd       compresses images (no zstd)',
    );
  });
});

describe('the plan to install them', () => {
  it('is nothing when nothing is missing, whatever the machine', () => {
    assert.deepEqual(planInstall([], { ...facts, apt: false, root: false }), { kind: 'nothing' });
  });

  it('names packages in one order, once', () => {
    const plan = planInstall(missing, facts);
    assert.ok(plan.kind === 'install');
    assert.deepEqual(plan.names, [...new Set(plan.names)].sort());
  });

  const zstd = missing.filter(({ name }) => name === 'zstd');
  const command = 'apt-get install --no-install-recommends zstd';
  const cases = [
    { given: {}, want: { kind: 'install', ask: false, command } },
    { given: { terminal: true }, want: { kind: 'install', ask: true, command } },
    { given: { terminal: true, yes: true }, want: { kind: 'install', ask: false, command } },
    { given: { root: false, sudo: true }, want: { kind: 'install', ask: false, command: `sudo ${command}` } },
    {
      given: { root: false, sudo: true, terminal: true },
      want: { kind: 'install', ask: true, command: `sudo ${command}` },
    },
    { given: { root: false }, want: { kind: 'impossible', command } },
    { given: { apt: false }, want: { kind: 'impossible', command } },
  ];
  for (const { given, want } of cases) {
    it(`with ${JSON.stringify(given)} is ${want.kind}`, () => {
      const plan = planInstall(zstd, { ...facts, ...given });
      assert.ok(plan.kind !== 'nothing');
      const { kind, command } = plan;
      assert.deepEqual({ kind, command, ...(plan.kind === 'install' ? { ask: plan.ask } : {}) }, want);
    });
  }
});

it("apt-get's output is read for progress", () => {
  const cases: [string, ReturnType<typeof readAptLine>][] = [
    ['0 upgraded, 12 newly installed, 0 to remove and 3 not upgraded.', { kind: 'total', packages: 12 }],
    ['  Upgrading: 1, Installing: 3, Removing: 0, Not Upgrading: 2', { kind: 'total', packages: 4 }],
    [
      'Get:7 http://mirror.example bookworm/main amd64 zstd amd64 1.5.4 [302 kB]',
      { kind: 'downloaded', name: 'zstd' },
    ],
    ['Unpacking zstd (1.5.4+dfsg2-5) ...', { kind: 'unpacked', name: 'zstd' }],
    ['Setting up zstd (1.5.4+dfsg2-5) ...', { kind: 'configured', name: 'zstd' }],
    ['Reading package lists...', undefined],
  ];
  for (const [line, event] of cases) assert.deepEqual(readAptLine(line), event);
});
