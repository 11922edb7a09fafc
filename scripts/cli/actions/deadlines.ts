/** Carries out `aperiodic deadlines`. Writes issues and sends mail, and only when told to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGithubClient } from '../../adapters/github/client.ts';
import { readGithubAccess } from '../../adapters/github/context.ts';
import { createMail } from '../../adapters/mail/smtp.ts';
import { findDueDates } from '../../model/cadence.ts';
import { findAtRisk, findPending } from '../../model/deadlines.ts';
import { AperiodicError } from '../../model/errors.ts';
import { policyPath } from '../../model/policy/load-policy.ts';
import type { Clock } from '../../ports.ts';
import { renderDeadlineMail, renderDeadlines } from '../../render/deadlines.ts';
import type { Context, Outcome } from '../command.ts';
import { loadFiles } from '../load-files.ts';
import { type Raised, type RaiseWish, raiseDeadlines } from '../raise-deadlines.ts';
import { readVerdicts } from '../read-verdicts.ts';

const defaultAuthor = 'github-actions[bot]';

export async function runDeadlines(context: Context): Promise<Outcome> {
  const { repository } = await loadFiles(context);
  const clock: Clock = { now: () => new Date(), sleep: async (ms) => await sleep(ms) };
  const { policy } = repository;
  if (policy === undefined) {
    const [problem] = repository.problems.filter(({ file }) => file === policyPath);
    throw (
      problem ??
      new AperiodicError('not-found', 'does not exist: docs/policy.md says what is in it', {
        file: policyPath,
      })
    );
  }
  const { verdicts, failed = [] } = await readVerdicts(context.given.text('verdicts'));
  const pending = findPending(repository, verdicts);
  const dueDates = findDueDates(repository, pending);
  const risks = findAtRisk({ now: clock.now(), policy, pending, dueDates });
  const raised = context.given.flag('raise')
    ? await raise(context, { risks, failed, alerts: repository.targets?.alerts }, clock)
    : undefined;
  const { issues, mails, errors = [] } = raised ?? {};
  return {
    json: {
      deadlines: risks.map((risk) => ({ ...risk, mail: renderDeadlineMail(risk) })),
      ...(issues === undefined ? {} : { issues }),
      ...(mails === undefined || repository.targets?.alerts === undefined ? {} : { mails }),
    },
    text: renderDeadlines(risks),
    errors,
  };
}

async function raise(context: Context, wish: Omit<RaiseWish, 'author'>, clock: Clock): Promise<Raised> {
  const { owner, repo, token, apiUrl } = readGithubAccess(context.env);
  const client = createGithubClient({ token, apiUrl, clock });
  const mail = createMail((await context.config()).mail, context.log);
  const author = context.given.text('author') ?? defaultAuthor;
  const ports = { client, repository: { owner, repo }, mail, clock };
  const raised = await raiseDeadlines(ports, { author, ...wish });
  for (const { stream, messageId } of raised.mails)
    context.log.info(`${stream}: mailed ${messageId} to ${(wish.alerts?.to ?? []).join(', ')}`);
  return raised;
}
