/** Carries out `aperiodic changes`. Writes nothing but the outputs of a GitHub job. */
import { resolveCommit } from '../../adapters/git/compare.ts';
import { createGit } from '../../adapters/git/git.ts';
import { findCode, findDue, type StreamChange } from '../../model/changes.ts';
import { AperiodicError } from '../../model/errors.ts';
import { makeMatrix, makeStreamMatrix } from '../../model/matrix.ts';
import { versionOf } from '../../render/plan.ts';
import type { Context, Outcome } from '../command.ts';
import { inspectChange, readSide } from '../inspect-change.ts';
import { errorToJson } from '../report.ts';
import { setOutputs } from '../set-outputs.ts';

export async function runChanges(context: Context): Promise<Outcome> {
  const found = context.given.flag('due') ? await findAllDue(context) : await compare(context);
  found.changes = chooseChanges(found.changes, context.given);
  // What was merged after the release files were written has none yet, and a run of its own that waits.
  const due = context.given.flag('due');
  const ready = found.changes.filter(({ plan }) => !due || plan?.action.kind !== 'mint');
  const matrix = makeMatrix(ready);
  const streams = makeStreamMatrix(ready);
  const built = { include: streams.include.filter(({ kind }) => kind === 'build') };
  await setOutputs(context, {
    any: String(matrix.include.length > 0),
    matrix: JSON.stringify(matrix),
    'any-stream': String(streams.include.length > 0),
    streams: JSON.stringify(streams),
    built: JSON.stringify(built),
  });
  const { changes, ...rest } = found;
  return {
    json: {
      ...rest,
      any: matrix.include.length > 0,
      matrix,
      streams: changes.map(changeToJson),
    },
    text: renderChanges(changes, rest.code ?? []),
  };
}

/** Inputs that a person left empty in a form are empty words. */
function chooseChanges(all: readonly StreamChange[], given: Context['given']): StreamChange[] {
  const stream = given.text('stream') ?? '';
  const version = given.text('release-version') ?? '';
  if (version !== '' && !given.flag('due'))
    throw new AperiodicError('usage', '--release-version goes with --due');
  return all.filter(
    ({ stream: id, plan }) =>
      (stream === '' || id === stream) &&
      (version === '' || (plan !== undefined && versionOf(plan.action) === version)),
  );
}

async function compare(context: Context) {
  const base = context.given.text('base');
  if (base === undefined) throw new AperiodicError('usage', 'say --base COMMIT, or --due');
  const names = { base, head: context.given.text('head') ?? 'HEAD' };
  const inspected = await inspectChange(context.root(), names, { now: new Date() });
  const { changes, problems, paths } = inspected;
  return {
    base: inspected.base,
    head: inspected.head,
    changes,
    code: findCode(paths.map(({ path }) => path)),
    problems: problems.map(errorToJson),
  };
}

async function findAllDue(context: Context) {
  if (context.given.text('base') !== undefined)
    throw new AperiodicError('usage', '--due looks at one commit only: leave --base out');
  const root = context.root();
  const head = await resolveCommit(createGit(root), context.given.text('head') ?? 'HEAD');
  const { side, problems } = await readSide(root, head, undefined);
  return { head, changes: findDue(side), code: undefined, problems: problems.map(errorToJson) };
}

function changeToJson({ plan, ...change }: StreamChange): unknown {
  return {
    ...change,
    action: plan?.action.kind ?? 'gone',
    version: plan === undefined ? null : (versionOf(plan.action) ?? null),
    why: plan?.why ?? 'the stream is removed',
  };
}

function renderChanges(changes: readonly StreamChange[], code: readonly string[]): string {
  const lines = changes.flatMap(({ stream, kind, architectures, reasons }) => [
    `${stream} [${architectures.join(', ')}]: ${kind}`,
    ...reasons.map((reason) => `  ${reason}`),
  ]);
  if (code.length > 0) lines.push(`code: ${code.length} files`);
  return lines.length === 0 ? 'No stream is touched.' : lines.join('\n');
}
