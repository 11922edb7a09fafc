/** What one look of `aperiodic doctor` is. */
import type { ResolvedConfig } from '../../adapters/host/config.ts';
import type { Environment } from '../../adapters/host/config-environment.ts';
import { toAperiodicError } from '../../model/errors.ts';

export interface Finding {
  /** `missing` makes doctor end with 1; a `warning` hampers some commands only. */
  status: 'ok' | 'warning' | 'missing';
  title: string;
  value: string;
  /** What to do about it. */
  advice?: string;
}

/** What the checks look at. */
export interface Examined {
  env: Environment;
  /** Undefined outside a repository. */
  root: string | undefined;
  /** Undefined outside a repository and when the configuration is wrong, which is a finding of its own. */
  config: ResolvedConfig | undefined;
}

/** One look. Others add theirs to the lists of host-checks.ts and repository-checks.ts. */
export interface Check {
  /** Stable, for --json. */
  id: string;
  title: string;
  /** Findings about one thing each; an error thrown counts as missing, its message says what to do. */
  run(examined: Examined): Promise<readonly Finding[]>;
}

export interface CheckReport extends Finding {
  id: string;
}

/** Runs a check to its findings, whatever happens in it. */
export async function runCheck(check: Check, examined: Examined): Promise<CheckReport[]> {
  try {
    return (await check.run(examined)).map((finding) => ({ id: check.id, ...finding }));
  } catch (error) {
    const { located } = toAperiodicError(error);
    return [{ id: check.id, status: 'missing', title: check.title, value: 'not usable', advice: located }];
  }
}
