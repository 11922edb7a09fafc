/** A repository of packages that changes, one of releases in memory, and the watch between them. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { createDirectoryStore } from '../../scripts/adapters/store/directory.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { flattenKickstart } from '../../scripts/model/kickstart/flatten.ts';
import { interpretKickstart } from '../../scripts/model/kickstart/interpret.ts';
import { loadRepository } from '../../scripts/model/load.ts';
import type { Pin } from '../../scripts/model/types.generated.ts';
import type { JudgedFix, JudgeUpdate } from '../../scripts/model/update/judged.ts';
import type { KickstartParser, Payload, Tree } from '../../scripts/ports.ts';
import type { Watched } from '../../scripts/watch/outcome.ts';
import { type WatchOptions, type WatchPorts, watch } from '../../scripts/watch.ts';
import { command, disk, parsedOf } from '../model/kickstart/commands.ts';
import { noBuilders } from './fake-builders.ts';
import { createFakeLog } from './fake-log.ts';
import { fakePayload } from './fake-ports.ts';
import { packageText } from './fake-ports-repository.ts';
import { createMemoryGit, type MemoryGit } from './memory-git.ts';
import { type Ending, temporaryFolder } from './temporary-folder.ts';

export const cloud = 'testix-1/cloud-base';
export const docker = 'testix-1/docker-host';

/** Two streams: one has alpha and beta, the other alpha and gamma; what both have is in an include. */
export function streamFiles(more: Record<string, string> = {}): Record<string, string> {
  const stream = (name: string, kickstart: string) => `name: ${name}
title: A stream of tests
payload: deb
kickstart: kickstarts/${kickstart}.ks
repositories: [main]
architectures: [amd64]
formats: [qcow2]
limits: {downloadMiB: 10, usedMiB: 1000}
`;
  const kickstart = (name: string) => `part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=64
part / --fstype=ext4 --size=900 --grow
bootloader --append="console=ttyS0"
%packages
%include include/shared.ks
${name}
%end
`;
  return {
    'releases/repositories.yaml':
      'repositories: [{id: main, type: deb, suites: [one], components: [main], keyring: testix.gpg}]\n',
    'releases/targets.yaml': 'mirrors: [{id: primary, keep: 1}]\n',
    [`releases/${cloud}/stream.yaml`]: stream('Testix-Cloud-Base-1', 'cloud'),
    [`releases/${docker}/stream.yaml`]: stream('Testix-Docker-Host-1', 'docker'),
    'kickstarts/cloud.ks': kickstart('beta'),
    'kickstarts/docker.ks': kickstart('gamma'),
    'kickstarts/include/shared.ks': 'alpha\n',
    ...more,
  };
}

/** Knows what the kickstarts above say, whatever packages they name. */
export const packagesParser: KickstartParser = {
  parse: async (lines) => {
    const texts = lines.map(({ text }) => text);
    const packages = texts.slice(texts.indexOf('%packages') + 1, texts.indexOf('%end'));
    return parsedOf([...disk, command('bootloader', { '--append': 'console=ttyS0' }), { packages }]).parsed;
  },
};

export function pinOf(name: string, version: string): Pin {
  const about = { name, version, architecture: 'amd64' };
  const text = packageText(about);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...about, size: text.length, sha256, repository: 'main', path: `pool/${name}_${version}.deb` };
}

/** A payload whose repository has these versions by name. */
export function payloadOf(versions: Map<string, string>): Payload {
  return {
    ...fakePayload,
    solve: async ({ packages }) =>
      packages.map((name) => {
        const version = versions.get(name);
        if (version === undefined) throw new AperiodicError('not-found', `no repository has ${name}`);
        return pinOf(name, version);
      }),
  };
}

export async function loadTree(tree: Tree) {
  const requestOf = async (lines: Parameters<KickstartParser['parse']>[0]) => {
    const context = { payload: 'deb', repositories: ['main'], entry: 'k.ks' } as const;
    return interpretKickstart(await packagesParser.parse(lines), lines, context).spec.request;
  };
  return (await loadRepository(tree, { flatten: flattenKickstart, requestOf })).repository;
}

export interface WatchWorld {
  /** What the repository of packages has: version by name. */
  versions: Map<string, string>;
  git: MemoryGit;
  ports: WatchPorts;
  log: string[];
  /** Writing calls of the port, in order. */
  writes: string[];
  /** The clock. */
  time: { now: string };
  watch(options?: Partial<WatchOptions>): Promise<Watched[]>;
  /** A person commits to main, or to another branch. */
  commit(files: Record<string, string>, branch?: string): void;
  /** All branches with their commits. */
  refs(): string;
  /** Content of a file. */
  show(branch: string, file: string): string;
  title(branch: string): Promise<string | undefined>;
}

export async function startWatchWorld(t: Ending, more: Record<string, string> = {}): Promise<WatchWorld> {
  const folder = await temporaryFolder(t);
  const versions = new Map(['alpha', 'beta', 'gamma', 'delta'].map((name) => [name, '1.0-1']));
  const log = createFakeLog();
  const time = { now: '2026-11-22T12:00:00Z' };
  const git = createMemoryGit(streamFiles(more), () => new Date(time.now));
  const ports: WatchPorts = {
    log,
    clock: { now: () => new Date(time.now), sleep: async () => undefined },
    store: createDirectoryStore(path.join(folder, 'store')),
    builders: noBuilders,
    kickstarts: packagesParser,
    payloads: { deb: payloadOf(versions), rpm: payloadOf(versions) },
    forge: {
      head: async () => git.tree('main'),
      commit: async () => {
        throw new Error('a watch commits nothing to main');
      },
    },
    proposals: git.proposals,
  };
  return {
    versions,
    git,
    ports,
    log: log.lines,
    writes: git.writes,
    time,
    watch: (options = {}) =>
      watch(ports, { load: loadTree, judge: async () => [], schedule: async () => ({}), ...options }),
    commit: (files, branch = 'main') => git.commit(branch, files, 'A person'),
    refs: () => JSON.stringify([...git.branches].sort()),
    show: (branch, file) => {
      const text = git.tip(branch).files[file];
      if (text === undefined) throw new Error(`${branch} has no ${file}`);
      return text;
    },
    title: async (branch) => (await git.proposals.find(branch))?.title,
  };
}

/** Says that an advisory is fixed by this version of alpha. */
export function judgeAlpha(to: string, verdict: { due?: string; approvals?: number } = {}): JudgeUpdate {
  return async ({ stream, before, after, availableSince }) => {
    const of = (all: typeof before) => all[0]?.packages.find(({ name }) => name === 'alpha')?.version;
    const [from, now] = [of(before), of(after)];
    if (from === undefined || now !== to || from === to) return [];
    const packages = [{ name: 'alpha', architecture: 'amd64', from, to } as const];
    const advisory = makeAdvisory(to);
    const available = availableSince(advisory, packages);
    const installed = { name: 'alpha', architecture: 'amd64', installed: from, fixed: to } as const;
    const finding = { stream, advisory, packages: [installed], available } satisfies JudgedFix['finding'];
    const { approvals = 1, due } = verdict;
    return [
      {
        finding,
        packages: [...packages],
        verdict: {
          stream,
          advisory: advisory.id,
          feed: advisory.feed,
          rule: 'important',
          approvals,
          because: ['the distribution says important'],
          ...(due === undefined ? {} : { due }),
        },
      },
    ];
  };
}

function makeAdvisory(fixed: string): JudgedFix['finding']['advisory'] {
  return {
    id: 'TEST-2026-1',
    feed: 'tests',
    title: 'alpha: a `flaw` <b>of</b> tests @everybody',
    severity: 'important',
    cves: ['CVE-2026-0001'],
    published: '2026-11-20T00:00:00Z',
    fixes: [{ package: 'alpha', of: 'binary', fixed }],
    references: ['https://advisories.example/TEST-2026-1'],
    flaws: [],
  };
}
