/**
 * Tells people of deadlines that are at risk or were missed: by issues, and by mail where somebody is to get it.
 *
 * Issues come first, and remember in a hidden line of theirs what was mailed, so that a run an hour later says nothing twice. Mail
 * goes at least once for each new state: a run that was killed after a server took it and before its issue says so sends it
 * again, with the same Message-ID.
 */
import type { GithubClient } from '../adapters/github/client.ts';
import type { GithubRepository } from '../adapters/github/context.ts';
import { type IssueResult, tendIssues, updateIssue } from '../adapters/github/issues.ts';
import { type AtRisk, stateKey } from '../model/deadlines.ts';
import { type AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { AlertTargets } from '../model/types.generated.ts';
import type { Clock, Mail } from '../ports.ts';
import {
  deadlineMarker,
  markerPrefix,
  readMailed,
  renderDeadlineIssue,
  renderDeadlineMail,
} from '../render/deadlines.ts';
import { clean } from '../render/notices/words.ts';

export interface RaisePorts {
  client: GithubClient;
  repository: GithubRepository;
  mail: Mail;
  clock: Pick<Clock, 'now'>;
}

export interface Raised {
  issues: Omit<IssueResult, 'body'>[];
  mails: { stream: string; messageId: string }[];
  /** Of mail that could not be sent: the next run sends it. */
  errors: AperiodicError[];
}

export interface RaiseWish {
  /** Our login. */
  author: string;
  risks: readonly AtRisk[];
  /** Streams that could not be looked at. Their issues are not closed, and forget nothing. */
  failed: readonly string[];
  /** Who is mailed; nobody without it. */
  alerts: AlertTargets | undefined;
}

/** @throws AperiodicError of the first call about issues that failed, before any mail */
export async function raiseDeadlines(
  { client, repository, ...ports }: RaisePorts,
  { author, risks, failed, alerts }: RaiseWish,
): Promise<Raised> {
  const render = (risk: AtRisk, mailed: readonly string[] = []) =>
    renderDeadlineIssue(risk, { mailed, failed: failed.includes(risk.stream) });
  const wishes = risks.map((risk) => {
    const { marker, title, body } = render(risk);
    const remember = (now: string | undefined) => render(risk, readMailed(now)).body;
    return { marker, title, body: alerts === undefined ? body : remember };
  });
  const wish = { author, prefix: markerPrefix, issues: wishes, kept: failed.map(deadlineMarker) };
  const results = await tendIssues(client, repository, wish);
  const raised: Raised = { issues: results.map(({ body: _, ...issue }) => issue), mails: [], errors: [] };
  if (alerts === undefined) return raised;
  for (const risk of risks) {
    const marker = deadlineMarker(risk.stream);
    const issue = results.find((one) => one.marker === marker && one.body !== undefined);
    if (issue === undefined || isTold(risk, issue.body)) continue;
    try {
      raised.mails.push({ stream: risk.stream, messageId: await send(risk, alerts, ports) });
    } catch (error) {
      const failure = toAperiodicError(error);
      raised.errors.push(failure);
      // One that is refused says nothing of the others; a server that cannot be reached does.
      if (failure.code === 'denied') continue;
      return raised;
    }
    const { body } = render(risk, [...keysOf(risk), ...readMailed(issue.body)]);
    await updateIssue(client, repository, issue.number, { body });
  }
  return raised;
}

function keysOf({ stream, deadlines }: AtRisk): string[] {
  return deadlines.map((one) => stateKey(stream, one));
}

function isTold(risk: AtRisk, body: string | undefined): boolean {
  const told = readMailed(body);
  return keysOf(risk).every((key) => told.includes(key));
}

/** Gives the Message-ID, which is the same for the same deadlines in the same state (RFC 5322, 3.6.4). */
async function send(
  risk: AtRisk,
  { from, to }: AlertTargets,
  { mail, clock }: Pick<RaisePorts, 'mail' | 'clock'>,
): Promise<string> {
  const { key, subject, text } = renderDeadlineMail(risk);
  const { name, address } = from;
  const id = `<deadline-${key}@${address.slice(address.lastIndexOf('@') + 1)}>`;
  await mail.send({
    id,
    from: { address, ...(name === undefined ? {} : { name: clean(name) }) },
    to,
    subject,
    date: clock.now(),
    text,
  });
  return id;
}
