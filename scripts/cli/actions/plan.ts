/** Carries out `aperiodic plan`. Writes nothing. */
import { planRepository } from '../../model/plan.ts';
import { choosePlans } from '../../reconcile.ts';
import { planToJson, renderPlan } from '../../render/plan.ts';
import type { Context, Outcome } from '../command.ts';
import { openRepository } from '../open-repository.ts';

export async function runPlan(context: Context): Promise<Outcome> {
  const { load, workTree } = await openRepository(context.root(), await context.config(), context.log);
  const { repository } = await load(workTree);
  const wanted = context.given.rest('stream');
  const plans = choosePlans(
    planRepository(repository, { mergedAt: workTree.date }),
    wanted.length === 0 ? undefined : wanted,
  );
  return {
    json: { commit: workTree.commit, plans: planToJson(plans) },
    text: renderPlan(plans),
    exitCode: plans.some(({ action }) => action.kind === 'blocked') ? 1 : 0,
  };
}
