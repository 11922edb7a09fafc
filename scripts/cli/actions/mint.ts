/** Carries out `aperiodic mint`: release files to the main branch, and nothing else. */
import { withLock } from '../../adapters/host/lock.ts';
import { mintDue } from '../../reconcile.ts';
import { versionOf } from '../../render/plan.ts';
import type { Context, Outcome } from '../command.ts';
import { openRepository } from '../open-repository.ts';
import { errorToJson } from '../report.ts';

export async function runMint(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const wanted = context.given.rest('stream');
  const outcomes = await withLock(opened.config.work, async () => {
    const made = await mintDue(opened.ports, {
      load: async (tree) => (await opened.load(tree)).repository,
      ...(wanted.length === 0 ? {} : { streams: wanted }),
    });
    await opened.catchUp();
    return made;
  });
  return {
    json: {
      streams: outcomes.map(({ stream, plan, minted, error }) => ({
        stream,
        minted: minted ?? null,
        action: plan.action.kind,
        version: versionOf(plan.action) ?? null,
        error: error === undefined ? null : errorToJson(error),
      })),
    },
    text: outcomes
      .filter(({ error }) => error === undefined)
      .map(
        ({ stream, minted, plan }) =>
          `${stream}: ${minted === undefined ? `nothing to write: ${plan.why}` : minted}`,
      )
      .join('\n'),
    errors: outcomes.flatMap(({ error }) => (error === undefined ? [] : [error])),
  };
}
