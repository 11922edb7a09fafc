/** Carries out `aperiodic propose STREAM`: a release file for what the work tree holds, for a pull request. */
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { AperiodicError } from '../../model/errors.ts';
import { reviewNewest } from '../../model/plan/review.ts';
import { makeRelease } from '../../model/release.ts';
import { findStream, newestLive, releasePath } from '../../model/streams.ts';
import type { Release } from '../../model/types.generated.ts';
import { nextVersion } from '../../model/version.ts';
import { renderRelease } from '../../render/release.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';

export interface Proposal {
  path: string;
  release: Release;
}

export async function runPropose(context: Context): Promise<Outcome> {
  const { given } = context;
  const reason = given.text('reason');
  if (reason === undefined) throw new AperiodicError('usage', "say why: --reason 'Monthly update'");
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const proposal = await propose(opened, given.argument('stream'), {
    reason,
    version: given.text('release-version'),
    rebuild: given.text('rebuild'),
  });
  return { json: proposal, text: `${proposal.path}: ${proposal.release.reason}` };
}

/** @throws AperiodicError when the stream has problems, or the release would not be built */
export async function propose(
  { load, workTree, ports, root }: Opened,
  id: string,
  wish: { reason: string; version?: string | undefined; rebuild?: string | undefined },
): Promise<Proposal> {
  const { repository } = await load(workTree);
  const stream = findStream(repository, id);
  if (stream === undefined) throw new AperiodicError('not-found', `there is no stream '${id}'`);
  const [problem] = [...repository.problems, ...stream.problems];
  if (problem !== undefined) throw problem;
  if (repository.targets === undefined)
    throw new AperiodicError('invalid', 'cannot be read', { file: 'releases/targets.yaml' });
  const { reason, rebuild } = wish;
  const version = wish.version ?? nextVersion(ports.clock.now(), stream.versions);
  const release = makeRelease(stream, repository.targets, { version, reason, rebuild });
  const newest = newestLive(stream);
  if (newest !== undefined && newest.release.content === release.content && rebuild === undefined) {
    throw new AperiodicError(
      'conflict',
      `${newest.release.version} has this content already: resolve new pins first, or say why it is built again with --rebuild`,
      { file: newest.path },
    );
  }
  const file = releasePath(id, version);
  const text = renderRelease(release);
  const proposed = {
    ...stream,
    versions: [...stream.versions, version],
    releases: [...stream.releases, { path: file, text, release, record: undefined }],
  };
  const [flaw] = reviewNewest(proposed, { targets: repository.targets });
  if (flaw !== undefined) throw flaw;
  await writeFileAtomic(path.join(root, file), text);
  return { path: file, release };
}
