/** What a site is made from besides its streams. */
import { keptBy } from '../../model/catalog/catalog.ts';
import { AperiodicError } from '../../model/errors.ts';
import { type Problems, readYaml } from '../../model/load-file.ts';
import { loadPolicy } from '../../model/policy/load-policy.ts';
import type { SitePart, SiteSettings } from '../../model/site/part.ts';
import { digestOf, type PlanInputs } from '../../model/site/plan-site.ts';
import { readSettings } from '../../model/site/site-settings.ts';
import type { Tree } from '../../model/tree.ts';
import type { Policy } from '../../model/types.generated.ts';
import type { SiteSource } from '../../ports/site.ts';
import { renderPolicyDoc } from '../../render/policy-doc.ts';

export interface SiteInputs extends Omit<PlanInputs, 'signedBy'> {
  settings: SiteSettings;
  /** Texts that the index is made from. */
  documents: (string | undefined)[];
  policy: Policy | undefined;
  policyProse: string | undefined;
  verifyProse: string | undefined;
}

/** @throws AperiodicError when problems were found: without these files there is no site */
export async function readInputs(
  tree: Tree,
  parts: readonly SitePart[],
  source: SiteSource,
  problems: Problems,
): Promise<SiteInputs> {
  const targets = await readYaml(tree, 'Targets', 'releases/targets.yaml', problems);
  const policy = await loadPolicy(tree, problems);
  if (targets === undefined) throw problems.list[0] ?? new AperiodicError('internal', 'no targets were read');
  const policyProse = await tree.read('docs/policy.md');
  const verifyProse = await tree.read('docs/verify.md');
  const rendered =
    policy === undefined || policyProse === undefined ? undefined : renderPolicyDoc(policyProse, policy);
  const settings = readSettings(targets.value, (await source.assets()).names);
  return {
    settings,
    common: digestOf([await source.generator(), settings, parts.map(({ name }) => name)]),
    documents: [rendered ?? JSON.stringify(policy), verifyProse],
    policy,
    policyProse,
    verifyProse,
    keep: keptBy(targets.value),
    now: tree.date,
    datesOf: await source.dates(tree),
  };
}
