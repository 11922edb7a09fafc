/** A repository with one release, and pull requests to it that are made of git's objects: nothing is checked out. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flattenKickstart } from '../../../scripts/model/kickstart/flatten.ts';
import { loadRepository } from '../../../scripts/model/load.ts';
import type { Pins } from '../../../scripts/model/types.generated.ts';
import { renderPins } from '../../../scripts/render/pins.ts';
import { renderRecord } from '../../../scripts/render/record.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { fakeTree, record, release, sha } from '../../model/repository-fixture.ts';
import { commitFiles, git } from '../../support/git.ts';

/** Content, or something else than a file. */
export type Entry = string | Buffer | null | { link: string } | { submodule: true };
export type Change = Record<string, Entry>;

export const stream = 'testix-1/cloud-base';
export const folder = `releases/${stream}`;

export const streamText = `name: Testix-Cloud-Base-1
title: Testix 1 Cloud Base
payload: deb
kickstart: kickstarts/testix.ks
repositories: [main]
architectures: [amd64]
formats: [qcow2]
limits: {downloadMiB: 10, usedMiB: 1000}
`;

export const kickstartHead = `part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=64
part / --fstype=ext4 --size=900 --grow
bootloader --append="console=ttyS0"
rootpw --lock
`;

export const packagesPart =
  '%packages --nocore --excludedocs --inst-langs= --exclude-weakdeps\nalpha\nbeta\n%end\n';

export function makePins(version = '1.0-1', more: Partial<Pins['packages'][number]> = {}): Pins {
  const pin = (name: string, own: string) => ({
    name,
    version: own,
    architecture: 'amd64',
    size: 10,
    sha256: sha('a'),
    repository: 'main',
    path: `pool/${name}.deb`,
  });
  return {
    architecture: 'amd64',
    request: {
      repositories: ['main'],
      core: false,
      weakDependencies: false,
      packages: ['alpha', 'beta'],
      excluded: [],
    },
    packages: [{ ...pin('alpha', version), ...more }, pin('beta', '2:3.1')],
  };
}

export const baseVersion = '20261101.0';

export interface HostileRepository {
  root: string;
  base: string;
  /** Digest of the content that was released. */
  content: string;
  /** Files of the base. */
  files: Record<string, string>;
  /** A commit on top of the base. */
  propose(change: Change): Promise<string>;
  /** A commit whose top folder has one more entry, of a name that git itself would refuse. */
  proposeRaw(entry: string): Promise<string>;
}

export async function createHostileRepository(root: string): Promise<HostileRepository> {
  const files: Record<string, string> = {
    'README.md': 'read me\n',
    'scripts/cli.ts': 'code\n',
    'releases/repositories.yaml':
      'repositories: [{id: main, type: deb, suites: [one], components: [main], keyring: testix.gpg}]\n',
    'releases/targets.yaml': 'mirrors: [{id: primary, keep: 3}]\n',
    'kickstarts/testix.ks': `%include include/disk.ks\n${packagesPart}`,
    'kickstarts/include/disk.ks': kickstartHead,
    [`${folder}/stream.yaml`]: streamText,
    [`${folder}/pins.amd64.yaml`]: renderPins(makePins()),
  };
  const { repository } = await loadRepository(fakeTree(files), { flatten: flattenKickstart });
  const content = repository.streams[0]?.content ?? '';
  files[`${folder}/${baseVersion}.yaml`] = renderRelease(release(baseVersion, content));
  files[`${folder}/${baseVersion}.published.yaml`] = renderRecord({
    ...record(baseVersion, content),
    stream,
  });
  await git(root, 'init', '-q', '-b', 'main', '.');
  const base = await commitFiles(root, files, 'Begin');
  let count = 0;
  return {
    root,
    base,
    content,
    files,
    propose: async (change) => {
      const index = join(root, '.git', `index-${++count}`);
      return await propose(root, base, change, index);
    },
    proposeRaw: async (entry) => {
      const entries = await git(root, 'ls-tree', base);
      const tree = await feed(root, ['mktree'], `${entries}\n${entry}\n`);
      return await commitTree(root, tree, base);
    },
  };
}

async function propose(root: string, base: string, change: Change, index: string): Promise<string> {
  const env = { GIT_INDEX_FILE: index };
  const lines: string[] = [];
  for (const [path, entry] of Object.entries(change)) {
    if (entry === null) lines.push(`0 ${'0'.repeat(40)}\t${path}\0`);
    else if (typeof entry === 'object' && 'submodule' in entry) lines.push(`160000 ${base}\t${path}\0`);
    else {
      const link = typeof entry === 'object' && 'link' in entry;
      const oid = await feed(root, ['hash-object', '-w', '--stdin'], link ? entry.link : entry);
      lines.push(`${link ? '120000' : '100644'} ${oid}\t${path}\0`);
    }
  }
  await feed(root, ['read-tree', base], '', env);
  await feed(root, ['update-index', '--add', '--replace', '-z', '--index-info'], lines.join(''), env);
  return await commitTree(root, await feed(root, ['write-tree'], '', env), base);
}

async function commitTree(root: string, tree: string, base: string): Promise<string> {
  return await git(root, 'commit-tree', tree, '-p', base, '-m', 'Change');
}

const run = promisify(execFile);

async function feed(
  root: string,
  args: readonly string[],
  input: string | Buffer,
  env: Record<string, string> = {},
): Promise<string> {
  const work = run('git', [...args], { cwd: root, env: { PATH: process.env.PATH, ...env } });
  // A command that reads no input may be gone before it is written.
  work.child.stdin?.on('error', () => undefined).end(input);
  return (await work).stdout.trim();
}
