import { AperiodicError } from '../model/errors.ts';

/** An IAM policy, as far as this cloud understands it: no principals, and only the conditions of `evaluate`. */
export interface PolicyDocument {
  Version?: string;
  Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** What a call needs: an action on each of some resources. */
export interface Need {
  /** As IAM has it: ec2:CopyImage. */
  action: string;
  /** ARNs; left out where AWS checks no resource: then any Resource of a statement fits. */
  resources?: readonly string[];
}

/** One action on one resource, with what is known about the request. */
export interface Permission {
  action: string;
  resource: string | undefined;
  /** Condition keys in lower case with their values, such as aws:requestedregion. */
  context: ReadonlyMap<string, string>;
}

const KEYS = /^(aws:requestedregion|ec2:createaction|aws:(requesttag|resourcetag)\/.+)$/;
const OPERATORS = new Set(['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike']);

/**
 * Refuses a policy with a condition this cloud cannot judge, so that no test passes by a condition that was ignored.
 * @throws unsupported
 */
export function checkPolicy(policy: PolicyDocument): void {
  for (const statement of policy.Statement) {
    for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
      const unknown = Object.keys(keys).find((key) => !KEYS.test(key.toLowerCase()));
      if (OPERATORS.has(operator) && unknown === undefined) continue;
      throw new AperiodicError(
        'unsupported',
        `localcloud cannot judge the condition ${operator} ${unknown ?? ''}`.trim(),
      );
    }
  }
}

/** Source: IAM User Guide, "Policy evaluation logic": a Deny wins, then any Allow, else no. */
export function isAllowed(policy: PolicyDocument, permission: Permission): boolean {
  const fitting = policy.Statement.filter((statement) => fits(statement, permission));
  return fitting.length > 0 && fitting.every((statement) => statement.Effect === 'Allow');
}

function fits(statement: PolicyStatement, permission: Permission): boolean {
  const action = permission.action.toLowerCase();
  if (!asList(statement.Action).some((one) => matches(one.toLowerCase(), action))) return false;
  const { resource } = permission;
  if (resource !== undefined && !asList(statement.Resource).some((pattern) => matches(pattern, resource)))
    return false;
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      holds(operator, permission.context.get(key.toLowerCase()), asList(values)),
    ),
  );
}

function holds(operator: string, actual: string | undefined, values: readonly string[]): boolean {
  const like = operator.endsWith('Like');
  const found =
    actual !== undefined && values.some((value) => (like ? matches(value, actual) : value === actual));
  return operator.includes('Not') ? !found : found;
}

/** `*` stands for any text, `?` for one character. */
export function matches(pattern: string, text: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0];
  while (from < text.length) {
    if (at < pattern.length && pattern[at] === '*') {
      [star, resume] = [at, from];
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      [at, from] = [at + 1, from + 1];
    } else if (star >= 0) {
      resume += 1;
      [at, from] = [star + 1, resume];
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}

function asList(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
