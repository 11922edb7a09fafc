/** Carries out `aperiodic kickstart FILE`. Writes nothing. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { statOf } from '../../adapters/host/files.ts';
import { venvPython } from '../../adapters/host/python-venv.ts';
import { createKickstartParser } from '../../adapters/kickstart/parser.ts';
import { AperiodicError } from '../../model/errors.ts';
import { flattenKickstart } from '../../model/kickstart/flatten.ts';
import { type Finding, reviewKickstart } from '../../model/kickstart/interpret.ts';
import { summarizeKickstart } from '../../model/kickstart/summary.ts';
import { architectures } from '../../model/machine.ts';
import { kickstartPathOf } from '../../model/streams.ts';
import type { Tree } from '../../model/tree.ts';
import type { Architecture, PayloadKind, Stream } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Context, Outcome } from '../command.ts';

export async function runKickstart(context: Context): Promise<Outcome> {
  const { root, entry } = await locate(context.given.argument('file'), context);
  const tree = await createWorkTree(root);
  const leftOut: Finding[] = [];
  const lines = await flattenKickstart(entry, tree.read, (origin, name, reason) =>
    leftOut.push({ origin, standing: 'refused', what: `%include ${name}`.trim(), reason }),
  );
  const parsed = await createKickstartParser({ python: venvPython() }).parse(lines);
  const user = await findUser(entry, tree);
  const payload = readPayload(context) ?? user?.payload ?? 'rpm';
  const architecture = readArchitecture(context) ?? (user && architectureBy(user, entry));
  const review = reviewKickstart(parsed, lines, {
    ...{ payload, repositories: [], entry },
    ...(architecture === undefined ? {} : { architecture }),
  });
  const findings = [...leftOut, ...review.findings];
  const spec = leftOut.length === 0 ? (review.spec ?? null) : null;
  const refused = findings.filter(({ standing }) => standing === 'refused');
  const text = findings.map(
    ({ origin, standing, what, reason }) => `${origin.file}:${origin.line}: ${standing}: ${what}: ${reason}`,
  );
  return {
    json: {
      file: entry,
      payload,
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

function readPayload({ given }: Context): PayloadKind | undefined {
  const payload = given.text('payload');
  if (payload === undefined || payload === 'deb' || payload === 'rpm') return payload;
  throw new AperiodicError('usage', '--payload is deb or rpm');
}

function readArchitecture({ given }: Context): Architecture | undefined {
  const architecture = given.text('architecture');
  const known = architectures.find((name) => name === architecture);
  if (architecture === undefined || known !== undefined) return known;
  throw new AperiodicError('usage', `--architecture is one of ${architectures.join(', ')}`);
}

/** The first architecture of a stream that this kickstart makes images of. */
function architectureBy(stream: Stream, entry: string): Architecture | undefined {
  return stream.architectures.find((architecture) => kickstartPathOf(stream, architecture) === entry);
}

/** The first stream of the repository that is made by this kickstart. A stream with errors is validate's matter. */
async function findUser(entry: string, tree: Tree): Promise<Stream | undefined> {
  for (const file of await tree.list('releases')) {
    if (path.basename(file) !== 'stream.yaml') continue;
    try {
      const stream = parseYaml('Stream', (await tree.read(file)) ?? '', file);
      if (architectureBy(stream, entry) !== undefined) return stream;
    } catch (error) {
      if (!(error instanceof AperiodicError)) throw error;
    }
  }
  return undefined;
}

/** Includes may come from the repository when the file is in it, else from the file's own folder. */
async function locate(given: string, context: Context): Promise<{ root: string; entry: string }> {
  const file = await realpath(given).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'the kickstart cannot be read', { file: given, cause });
  });
  if ((await statOf(file))?.isDirectory())
    throw new AperiodicError('invalid', 'is a folder, not a kickstart', { file: given });
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
