/** A small repository in memory, and what tests change in it. */
import { type LoadOptions, loadRepository } from '../../scripts/model/load.ts';
import { symbolicLinkError, type Tree } from '../../scripts/model/tree.ts';
import type {
  PackageRequest,
  Pin,
  Pins,
  PublishedRecord,
  Release,
} from '../../scripts/model/types.generated.ts';
import { renderPins } from '../../scripts/render/pins.ts';

export const streamId = 'testix-1/cloud-base';
export const folder = `releases/${streamId}`;
export const kickstartPath = 'kickstarts/testix-cloud-base.ks';

/** A tree of these files. Content `null` is a symbolic link. */
export function fakeTree(files: Record<string, string | null>, date = '2026-11-22T10:00:00Z'): Tree {
  return {
    commit: 'c'.repeat(40),
    date: new Date(date),
    async read(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === null) throw symbolicLinkError(path);
      return text;
    },
    async list(below) {
      return Object.keys(files).filter((path) => path.startsWith(`${below}/`));
    },
  };
}

export const sha = (digit: string): string => digit.repeat(64);

export const request: PackageRequest = {
  repositories: ['main'],
  core: true,
  weakDependencies: false,
  packages: ['alpha', 'beta'],
  excluded: [],
};

export function pin(name: string, version = '1.0-1', digit = 'a'): Pin {
  return {
    name,
    version,
    architecture: 'amd64',
    size: 10,
    sha256: sha(digit),
    repository: 'main',
    path: `pool/${name}.deb`,
  };
}

export function pins(packages: Pin[] = [pin('alpha'), pin('beta')]): Pins {
  return { architecture: 'amd64', request, packages };
}

export const targetsYaml = (...ids: string[]): string =>
  `mirrors: [${ids.map((id) => `{id: ${id}, keep: 3}`).join(', ')}]\n`;

export const streamYaml = `name: Testix-Cloud-Base-1
title: Testix 1 Cloud Base
payload: deb
kickstart: ${kickstartPath}
repositories: [main]
architectures: [amd64]
formats: [qcow2]
limits: {downloadMiB: 10, usedMiB: 100}
`;

/** One stream with kickstart and pins, never released. */
export function baseFiles(): Record<string, string | null> {
  return {
    'releases/repositories.yaml':
      'repositories: [{id: main, type: deb, suites: [one], components: [main], keyring: testix.gpg}]\n',
    'releases/targets.yaml': targetsYaml('primary'),
    [`${folder}/stream.yaml`]: streamYaml,
    [`${folder}/pins.amd64.yaml`]: renderPins(pins()),
    [kickstartPath]: 'lang C.UTF-8\n%packages\nalpha\nbeta\n%end\n',
  };
}

/** Cuts a kickstart into lines; includes are for others to test. */
export const flatten: LoadOptions['flatten'] = async (entry, read) =>
  ((await read(entry)) ?? '')
    .split('\n')
    .slice(0, -1)
    .map((text, index) => ({ text, file: entry, line: index + 1 }));

export const load = (files: Record<string, string | null>, options: Partial<LoadOptions> = {}) =>
  loadRepository(fakeTree(files), { flatten, requestOf: async () => request, ...options });

/** `file:line: message` of each problem. */
export async function problemsOf(
  files: Record<string, string | null>,
  options: Partial<LoadOptions> = {},
): Promise<string[]> {
  return (await load(files, options)).problems.map((problem) => problem.located);
}

export function release(version: string, content: string, more: Partial<Release> = {}): Release {
  return {
    version,
    reason: 'Because',
    content,
    architectures: ['amd64'],
    formats: ['qcow2'],
    targets: { mirrors: ['primary'] },
    ...more,
  };
}

export function record(version: string, content: string, mirrors = ['primary']): PublishedRecord {
  return {
    stream: streamId,
    version,
    content,
    commit: 'd'.repeat(40),
    recordedAt: '2026-11-22T12:00:00Z',
    architectures: [
      {
        architecture: 'amd64',
        raw: { sha256: sha('1'), size: 100 },
        artifacts: [{ name: 'Testix.qcow2', format: 'qcow2', sha256: sha('2'), size: 50 }],
        packages: 2,
        tools: { qemu: '7.2' },
        qa: {
          accelerator: 'tcg',
          boots: 2,
          results: [
            { id: 'cloud-init-done', where: 'bios', result: 'passed', seen: 'status: done', seconds: 1.5 },
          ],
        },
      },
    ],
    mirrors: mirrors.map((id) => ({ id, path: `${streamId}/${version}`, checksum: sha('3') })),
  };
}
