/** A vendor's repository and the payload that reads it. */
import path from 'node:path';
import { createRpmPayload } from '../../../scripts/adapters/rpm/payload.ts';
import { createDirectoryStore } from '../../../scripts/adapters/store/directory.ts';
import type {
  Architecture,
  PackageRequest,
  Pin,
  RepositoryAddress,
  RpmRepository,
} from '../../../scripts/model/types.generated.ts';
import type { Builder } from '../../../scripts/ports.ts';
import { createFakeTask } from '../../support/fake-log.ts';
import { comps, type RepositoryFixture } from '../../support/rpm-repository.ts';

export const base: RpmRepository = { id: 'base', type: 'rpm', keyring: 'fixture.asc' };

/** Packages whose names say what they are for. */
export const content: RepositoryFixture = {
  packages: [
    { name: 'filesystem', folders: ['/etc', '/usr/bin'] },
    {
      name: 'shell',
      version: '1:5.2-3',
      requires: ['filesystem'],
      provides: ['/bin/sh'],
      recommends: ['hints'],
    },
    { name: 'hints', requires: ['filesystem'] },
    { name: 'editor', requires: ['shell'] },
    { name: 'editor-plugin-one', requires: ['editor'] },
    { name: 'editor-plugin-two', requires: ['editor'] },
    { name: 'daemon', architecture: 'x86_64', version: '2.0~rc1^git5-1.fx1', requires: ['shell'] },
    { name: 'rival', conflicts: ['daemon'], requires: ['shell'] },
    { name: 'lonely', requires: ['nowhere-to-be-found'] },
    { name: 'manual' },
  ],
  comps: comps({
    groups: {
      core: ['filesystem', 'shell'],
      editing: ['editor', '+editor-plugin-one', '?editor-plugin-two'],
      serving: ['daemon', '+manual'],
    },
    environments: { 'server-environment': ['core', 'serving'] },
  }),
};

export function request(more: Partial<PackageRequest> = {}): PackageRequest {
  return {
    repositories: ['base'],
    core: false,
    weakDependencies: false,
    packages: [],
    excluded: [],
    ...more,
  };
}

export interface World {
  solve(asked: PackageRequest, builder?: Builder): Promise<Pin[]>;
  /** Names with versions, in the order of the pins. */
  names(asked: PackageRequest): Promise<string[]>;
  download(pins: readonly Pin[], builder?: Builder): Promise<void>;
  store: ReturnType<typeof createDirectoryStore>;
  notes: string[];
}

export function createWorld(
  folder: string,
  addresses: Record<string, RepositoryAddress>,
  repositories: readonly RpmRepository[] = [base],
  architecture: Architecture = 'x86_64',
): World {
  const notes: string[] = [];
  const payload = createRpmPayload({ repositories, addresses, cache: path.join(folder, 'cache') });
  const store = createDirectoryStore(path.join(folder, 'store'));
  const solve = (asked: PackageRequest, builder?: Builder) =>
    payload.solve(asked, architecture, createFakeTask(notes), builder);
  return {
    solve,
    names: async (asked) => (await solve(asked)).map(({ name, version }) => `${name} ${version}`),
    download: (pins, builder) => {
      const asked = { request: request(), architecture };
      const given = builder === undefined ? asked : { ...asked, builder };
      return payload.download(pins, store, createFakeTask(notes), given);
    },
    store,
    notes,
  };
}
