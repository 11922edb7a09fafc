/** Carries out `aperiodic kickstart FILE`. Writes nothing. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { venvPython } from '../../adapters/host/python-venv.ts';
import { createKickstartParser } from '../../adapters/kickstart/parser.ts';
import { AperiodicError } from '../../model/errors.ts';
import { flattenKickstart } from '../../model/kickstart/flatten.ts';
import { type Finding, reviewKickstart } from '../../model/kickstart/interpret.ts';
import { summarizeKickstart } from '../../model/kickstart/summary.ts';
import type { Context, Outcome } from '../command.ts';

export async function runKickstart(context: Context): Promise<Outcome> {
  const { root, entry } = await locate(context.given.argument('file'), context);
  const tree = await createWorkTree(root);
  const leftOut: Finding[] = [];
  const lines = await flattenKickstart(entry, tree.read, (origin, name, reason) =>
    leftOut.push({ origin, standing: 'refused', what: `%include ${name}`.trim(), reason }),
  );
  const parsed = await createKickstartParser({ python: venvPython() }).parse(lines);
  const review = reviewKickstart(parsed, lines, { payload: 'deb', repositories: [], entry });
  const findings = [...leftOut, ...review.findings];
  const spec = leftOut.length === 0 ? (review.spec ?? null) : null;
  const refused = findings.filter(({ standing }) => standing === 'refused');
  const text = findings.map(
    ({ origin, standing, what, reason }) => `${origin.file}:${origin.line}: ${standing}: ${what}: ${reason}`,
  );
  return {
    json: {
      file: entry,
      lines,
      kickstart: parsed,
      summary: summarizeKickstart(parsed, lines),
      findings,
      spec,
    },
    text: [
      ...text,
      '',
      `${findings.length - refused.length} honoured or ignored, ${refused.length} refused`,
    ].join('\n'),
    exitCode: refused.length > 0 ? 1 : 0,
  };
}

/** Includes may come from the repository when the file is in it, else from the file's own folder. */
async function locate(given: string, context: Context): Promise<{ root: string; entry: string }> {
  const file = await realpath(given).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'the kickstart cannot be read', { file: given, cause });
  });
  const root = await repositoryRoot(context);
  if (root !== undefined && file.startsWith(`${root}${path.sep}`))
    return { root, entry: path.relative(root, file) };
  return { root: path.dirname(file), entry: path.basename(file) };
}

async function repositoryRoot(context: Context): Promise<string | undefined> {
  try {
    return await realpath(context.root());
  } catch {
    return undefined;
  }
}
