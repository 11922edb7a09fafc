/** A thread that makes streams of a site, one after the other, as it is asked. */
import { parentPort, workerData } from 'node:worker_threads';
import { readCommitTree } from '../../adapters/git/commit-tree.ts';
import { createGit } from '../../adapters/git/git.ts';
import { openDraft } from '../../adapters/site/folder.ts';
import { openSiteSource } from '../../adapters/site/source.ts';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { makeStream, type StreamMaking } from '../../stages/site/make-stream.ts';
import { siteParts } from '../../stages/site/make-streams.ts';
import { type HandAnswer, type HandRequest, type HandStart, sendError } from './crew.ts';

const port = parentPort;
if (port === null) throw new AperiodicError('internal', 'this is no thread');
/** Units after which it says so: each message takes time. */
const told = 25;
let units = 0;
const say = (answer: HandAnswer) => port.postMessage(answer);
const making = prepare(workerData);
// Whoever waits for it hears of a failure by the answer to the first request.
making.catch(() => undefined);

port.on('message', ({ listed, before }: HandRequest) => {
  making
    .then((all) => makeStream(listed, before, all))
    .then(
      ({ problems, ...made }) => say({ kind: 'made', made, problems: problems.map(sendError) }),
      (error: unknown) => say({ kind: 'failed', error: sendError(toAperiodicError(error)) }),
    );
});
say({ kind: 'ready' });

async function prepare({ root, cache, job }: HandStart): Promise<StreamMaking> {
  const { commit, settings, common, keep, signedBy, place } = job;
  const tree = await readCommitTree(createGit(root), commit);
  const source = await openSiteSource(root, cache, { warn: () => {} });
  return {
    tree,
    source,
    draft: openDraft(place, place.draft),
    settings,
    common,
    parts: siteParts,
    keep: new Map(keep),
    signedBy,
    datesOf: await source.dates(tree),
    now: tree.date,
    onUnit: () => {
      if (++units % told === 0) say({ kind: 'units', count: told });
    },
  };
}
