/** Carries out `aperiodic plan`. Writes nothing. */
import { findDueDates } from '../../model/cadence.ts';
import { findPending } from '../../model/deadlines.ts';
import { planLifecycle } from '../../model/plan/lifecycle.ts';
import { planRepository } from '../../model/plan.ts';
import { choosePlans } from '../../reconcile.ts';
import { planToJson, renderPlan } from '../../render/plan.ts';
import type { Context, Outcome } from '../command.ts';
import { openRepository } from '../open-repository.ts';
import { readVerdicts } from '../read-verdicts.ts';

export async function runPlan(context: Context): Promise<Outcome> {
  const { load, workTree, ports } = await openRepository(context.root(), await context.config(), context.log);
  const { repository } = await load(workTree);
  const wanted = context.given.rest('stream');
  const plans = choosePlans(
    planRepository(repository, { mergedAt: workTree.date }),
    wanted.length === 0 ? undefined : wanted,
  );
  const shown = new Set(plans.map(({ stream }) => stream));
  const lifecycle = planLifecycle(repository, ports.clock.now()).filter(({ stream }) => shown.has(stream));
  const { verdicts } = await readVerdicts(context.given.text('verdicts'));
  const dueDates = findDueDates(repository, findPending(repository, verdicts));
  const withAws = repository.targets?.aws !== undefined;
  return {
    json: { commit: workTree.commit, plans: planToJson(plans, dueDates), ...(withAws ? { lifecycle } : {}) },
    text: renderPlan(plans, lifecycle, dueDates),
    exitCode: plans.some(({ action }) => action.kind === 'blocked') ? 1 : 0,
  };
}
