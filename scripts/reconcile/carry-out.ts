/** What a plan asks for, done. */
import { AperiodicError } from '../model/errors.ts';
import type { Action } from '../model/plan.ts';
import type { Recorded } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';
import { extendRelease, makeRelease, type Seen } from './make-release.ts';

/** @returns what was recorded; undefined when there is nothing to record */
export async function carryOut(
  action: Action,
  id: string,
  seen: Seen,
  ports: Ports,
  { withoutBuild = false }: { withoutBuild?: boolean },
): Promise<Recorded | undefined> {
  switch (action.kind) {
    case 'release':
      return await makeRelease(action.release, id, seen, ports);
    case 'continue':
    case 'extend':
      return await extendRelease({ ...action, withoutBuild }, id, seen, ports);
    case 'blocked':
      throw blockedError(id, action.problems);
    default:
      return undefined;
  }
}

function blockedError(id: string, problems: readonly AperiodicError[]): AperiodicError {
  const [first] = problems;
  if (first === undefined) return new AperiodicError('invalid', `${id} cannot be released`);
  const rest = problems.slice(1).map((problem) => problem.located);
  return new AperiodicError(first.code, first.message, {
    file: first.file,
    line: first.line,
    detail: [first.detail ?? '', ...rest].filter((text) => text !== '').join('\n'),
    cause: first,
  });
}
