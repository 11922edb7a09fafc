/**
 * In: a stream. Out: its tags in every registry, as the records of the newest main branch have it, and signatures of what they name.
 *
 * `latest` names the newest live release, so that it goes back only when that one was withdrawn; a version's tag names
 * that version and never another. Safe to run twice: a tag that is right is not written.
 */
import { AperiodicError } from '../model/errors.ts';
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { liveReleases } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { PublishedRecord } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';
import { type SignContainerPorts, signContainer } from './sign-containers.ts';

export type TagPorts = Pick<Ports, 'forge'> & SignContainerPorts;

export interface TagOptions {
  /** Whose tag is wanted besides the newest's. */
  version?: string;
  /** The newest main branch, when it was just read. */
  newest?: Tree;
}

interface Tag {
  registry: string;
  repository: string;
  tag: string;
  digest: string;
  record: PublishedRecord;
}

/** @throws AperiodicError of the first registry that failed */
export async function tagStream(stream: string, ports: TagPorts, options: TagOptions = {}): Promise<void> {
  const tree = options.newest ?? (await ports.forge.head());
  for (const wanted of await wantTags(stream, tree, options.version)) {
    const { registry, repository, tag, digest } = wanted;
    const place = ports.registry(registry);
    const there = await place.resolve(repository, tag);
    if (there === digest) continue;
    if (there !== undefined && tag !== 'latest') {
      throw new AperiodicError(
        'conflict',
        `the tag ${tag} of ${repository} in the registry ${registry} names ${there}, but the record says ${digest}: look who wrote it`,
      );
    }
    await signContainer(wanted.record, { registry, repository, digest }, ports);
    await place.tag(repository, tag, digest);
    ports.log.info(`${repository}:${tag} in the registry ${registry} is ${digest}`);
  }
}

/** Versions before `latest`, so that nobody is led to what cannot be found again. */
async function wantTags(stream: string, tree: Tree, version: string | undefined): Promise<Tag[]> {
  const state = await loadReleasesOf(stream, tree);
  const versions = new Map<string, Tag>();
  const latest = new Map<string, Tag>();
  for (const { release, record } of liveReleases(state)) {
    if (record === undefined) continue;
    for (const { registry, repository, digest } of record.containers ?? []) {
      const isNewest = !latest.has(registry);
      if (isNewest) latest.set(registry, { registry, repository, tag: 'latest', digest, record });
      if (isNewest || release.version === version)
        versions.set(`${registry} ${release.version}`, {
          registry,
          repository,
          tag: release.version,
          digest,
          record,
        });
    }
  }
  return [...versions.values(), ...latest.values()];
}
