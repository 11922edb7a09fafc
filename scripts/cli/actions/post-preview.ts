/**
 * Carries out `aperiodic post-preview`: the one step around a pull request that has a right. What it is given is data that
 * anybody could have made, so which pull request it is for is never taken from there.
 */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkName, upsertCheckRun } from '../../adapters/github/check-run.ts';
import { createGithubClient, type GithubClient } from '../../adapters/github/client.ts';
import { upsertComment } from '../../adapters/github/comment.ts';
import { type GithubRepository, readGithubAccess, readGithubEvent } from '../../adapters/github/context.ts';
import { findPullsOfRun, listPullPaths, type Pull, readPull } from '../../adapters/github/pulls.ts';
import { findCode } from '../../model/changes.ts';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import { renderStated, stateRaw } from '../../model/stated.ts';
import type { GithubEvent, Preview } from '../../model/types.generated.ts';
import { concludePreview, marker, renderPreview, summarize } from '../../render/preview.ts';
import type { Context, Outcome } from '../command.ts';

const maxBytes = 16 * 1024 * 1024;
const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };

export async function runPostPreview(context: Context): Promise<Outcome> {
  const { owner, repo, token, apiUrl } = readGithubAccess(context.env);
  const repository = { owner, repo };
  const client = createGithubClient({ token, apiUrl, clock });
  const event = await readGithubEvent(context.env);
  const preview = await readPreview(context.given.argument('file'));
  const pull = await findPull(client, repository, { event, given: context.given.text('pull'), preview });
  if (pull === undefined)
    return { json: { posted: false }, text: 'Nothing posted: the pull request has moved on, or is closed.' };
  const code = findCode(await listPullPaths(client, repository, pull.number));
  const body = renderPreview(preview, {
    code: { paths: code, count: code.length },
    ...(event?.workflow_run === undefined ? {} : { logs: event.workflow_run.html_url }),
  });
  const conclusion = concludePreview(preview);
  const comment = await upsertComment(client, repository, {
    pull: pull.number,
    author: context.given.text('author') ?? 'github-actions[bot]',
    marker,
    body,
    // Who changes only documents or code is not told that no image is touched.
    create: preview.streams.length > 0 || preview.problemCount > 0,
  });
  const check = await upsertCheckRun(client, repository, {
    name: checkName,
    head: pull.head,
    conclusion,
    title: summarize(preview),
    summary: body,
    text: renderStated(stateRaw(preview)),
  });
  return {
    json: { posted: true, pull: pull.number, head: pull.head, conclusion, comment, check },
    text: `Pull request ${pull.number}: ${conclusion}; comment ${comment}, check ${check}.`,
  };
}

async function readPreview(file: string): Promise<Preview> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'the preview cannot be read', { file, cause });
  });
  if (size > maxBytes) throw new AperiodicError('invalid', `is larger than ${maxBytes} bytes`, { file });
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw new AperiodicError('invalid', 'is not JSON', { file });
  }
  return assertValid('Preview', value, { file });
}

/** @throws AperiodicError `denied` when the preview says that it is of another pull request or commit */
async function findPull(
  client: GithubClient,
  repository: GithubRepository,
  { event, given, preview }: { event: GithubEvent | undefined; given: string | undefined; preview: Preview },
): Promise<Pull | undefined> {
  const run = event?.workflow_run;
  const asked = given === undefined ? undefined : readNumber(given);
  if (run === undefined && asked === undefined)
    throw new AperiodicError('usage', 'say which: --pull NUMBER, or run it for a workflow_run event');
  if (run !== undefined && preview.head !== run.head_sha)
    throw new AperiodicError('denied', 'the preview is not of the commit that was run: nothing is posted');
  const pulls =
    run === undefined || asked !== undefined
      ? [await readPull(client, repository, asked ?? 0)]
      : await findPullsOfRun(client, repository, run);
  const known = pulls.filter(({ head }) => head === preview.head);
  if (known.length === 0) return undefined;
  // Several may share a branch: then the preview chooses among those that GitHub named.
  const found = known.find(({ number }) => number === preview.pull);
  if (found !== undefined) return found;
  throw new AperiodicError(
    'denied',
    `the preview says that it is of pull request ${preview.pull ?? 'none'}, GitHub says ${known.map(({ number }) => number).join(', ')}: nothing is posted`,
  );
}

function readNumber(text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new AperiodicError('usage', '--pull takes a number');
}
