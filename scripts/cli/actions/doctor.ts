/** Carries out `aperiodic doctor`. Writes nothing. */
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import type { Context, Outcome } from '../command.ts';
import { type CheckReport, type Examined, runCheck } from '../doctor/check.ts';
import { cloudChecks } from '../doctor/cloud-checks.ts';
import { foreignCheck } from '../doctor/foreign-checks.ts';
import { hostChecks } from '../doctor/host-checks.ts';
import { mailCheck } from '../doctor/mail-check.ts';
import { repositoryChecks } from '../doctor/repository-checks.ts';

const marks = { ok: '✓', warning: '!', missing: '✗' } as const;

export async function runDoctor(context: Context): Promise<Outcome> {
  const { examined, findings: first } = await examine(context);
  const checks = [...hostChecks, foreignCheck, ...repositoryChecks, mailCheck, ...cloudChecks];
  const findings = (await Promise.all(checks.map((check) => runCheck(check, examined)))).flat().concat(first);
  const ok = findings.every(({ status }) => status !== 'missing');
  return {
    json: { ok, root: examined.root ?? null, findings },
    text: describeFindings(findings),
    exitCode: ok ? 0 : 1,
    tables: [
      {
        title: 'Doctor',
        columns: ['', 'what', 'found', 'to do'],
        rows: findings.map(({ status, title, value, advice }) => [marks[status], title, value, advice ?? '']),
      },
    ],
  };
}

/** The repository and its configuration. Neither is needed to look at the machine. */
export async function examine(
  context: Pick<Context, 'env' | 'root' | 'config'>,
): Promise<{ examined: Examined; findings: CheckReport[] }> {
  const examined: Examined = { env: context.env, root: undefined, config: undefined };
  try {
    examined.root = context.root();
    examined.config = await context.config();
  } catch (error) {
    if (!(error instanceof AperiodicError)) throw error;
    const { code, located } = toAperiodicError(error);
    const outside = examined.root === undefined && code === 'not-found';
    return {
      examined,
      findings: [
        {
          id: outside ? 'repository' : 'configuration',
          status: outside ? 'warning' : 'missing',
          title: outside ? 'repository' : 'configuration',
          value: outside ? 'none' : 'not usable',
          advice: located,
        },
      ],
    };
  }
  return { examined, findings: [] };
}

/** A line for each finding, and what to do below those that are not well. */
export function describeFindings(findings: readonly CheckReport[]): string {
  const width = Math.max(...findings.map(({ title }) => title.length));
  const lines = findings.flatMap(({ status, title, value, advice }) => {
    const line = `${marks[status]} ${title.padEnd(width)}  ${value}`;
    return advice === undefined ? [line] : [line, `  ${' '.repeat(width)}  → ${advice}`];
  });
  const missing = findings.filter(({ status }) => status === 'missing').length;
  return [...lines, '', missing === 0 ? 'Nothing that is needed is missing.' : `${missing} missing.`].join(
    '\n',
  );
}
