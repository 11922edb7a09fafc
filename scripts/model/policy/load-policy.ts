/** Reads releases/policy.yaml. */
import { AperiodicError } from '../errors.ts';
import { Problems } from '../load-file.ts';
import type { Tree } from '../tree.ts';
import type { Policy } from '../types.generated.ts';
import { locator, parseYaml } from '../yaml.ts';
import { reviewPolicy } from './review.ts';

export const policyPath = 'releases/policy.yaml';

/**
 * A policy from its text.
 * @param file for messages
 * @throws AperiodicError `invalid` with file and line for what breaks the schema
 */
export function parsePolicy(text: string, file: string): { policy: Policy; problems: AperiodicError[] } {
  const policy = parseYaml('Policy', text, file);
  const lineOf = locator(text);
  const problems = reviewPolicy(policy).map(
    ({ path, message }) => new AperiodicError('invalid', message, { file, line: lineOf(path) }),
  );
  return { policy, problems };
}

/** Undefined when there is none, or after a problem was added. */
export async function loadPolicy(tree: Tree, problems: Problems): Promise<Policy | undefined> {
  const loaded = await problems.gather(async () => {
    const text = await tree.read(policyPath);
    return text === undefined ? undefined : parsePolicy(text, policyPath);
  });
  problems.list.push(...(loaded?.problems ?? []));
  return loaded?.problems.length === 0 ? loaded.policy : undefined;
}

/**
 * The one policy of a tree, for commands that do nothing without it.
 * @throws AperiodicError `not-found`, or the first problem
 */
export async function requirePolicy(tree: Tree): Promise<Policy> {
  const problems = new Problems();
  const policy = await loadPolicy(tree, problems);
  const [first] = problems.list;
  if (first !== undefined) throw first;
  if (policy !== undefined) return policy;
  throw new AperiodicError('not-found', 'does not exist: docs/policy.md says what is in it', {
    file: policyPath,
  });
}
