/** Carries out `aperiodic policy explain` and `policy replay`. Writes nothing. */
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { AperiodicError } from '../../model/errors.ts';
import { judge } from '../../model/policy/judge.ts';
import { parseHistory } from '../../model/policy/load-history.ts';
import { parsePolicy, requirePolicy } from '../../model/policy/load-policy.ts';
import { replayPolicy } from '../../model/policy/replay.ts';
import { assertValid } from '../../model/schema.ts';
import { streamPath } from '../../model/streams.ts';
import type { Tree } from '../../model/tree.ts';
import type { Exposure, Finding, Policy } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import { renderReplay, renderVerdict } from '../../render/policy.ts';
import type { Context, Outcome } from '../command.ts';
import { readText } from '../read-text.ts';
import { readJsonFile } from '../read-value.ts';
import { makeFinding } from './policy-finding.ts';

export async function runPolicy(context: Context): Promise<Outcome> {
  const verb = context.given.argument('verb');
  if (verb === 'explain') return await explain(context);
  if (verb === 'replay') return await replay(context);
  throw new AperiodicError('usage', `there is no 'policy ${verb}': explain and replay are all`);
}

async function explain(context: Context): Promise<Outcome> {
  const { given } = context;
  const policy = await readPolicy(context);
  const file = given.optional('file');
  const finding =
    file === undefined
      ? makeFinding(given, new Date())
      : assertValid('Finding', await readJsonFile(file), { file });
  const exposure = readExposure(given.text('exposure')) ?? (await findExposure(context, finding));
  const verdict = judge(policy, finding, { exposure });
  return { json: verdict, text: renderVerdict(verdict) };
}

async function replay(context: Context): Promise<Outcome> {
  const file = context.given.optional('file');
  if (file === undefined) throw new AperiodicError('usage', 'name the history: policy replay HISTORY');
  const policy = await readPolicy(context);
  const result = replayPolicy(policy, parseHistory(await readText(file), file));
  return { json: result, text: renderReplay(result) };
}

async function readPolicy(context: Context): Promise<Policy> {
  const file = context.given.text('policy');
  if (file === undefined) return await requirePolicy(await createWorkTree(context.root()));
  const { policy, problems } = parsePolicy(await readText(file), file);
  const [first] = problems;
  if (first !== undefined) throw first;
  return policy;
}

function readExposure(text: string | undefined): Exposure | undefined {
  if (text === undefined || text === 'network' || text === 'local') return text;
  throw new AperiodicError('usage', '--exposure takes network or local');
}

/** What the stream of the finding says, where the command is run in a repository that has it. */
async function findExposure(context: Context, { stream }: Finding): Promise<Exposure | undefined> {
  if (context.given.optional('file') === undefined) return undefined;
  const path = streamPath(stream);
  const text = await (await openTree(context))?.read(path);
  return text === undefined ? undefined : parseYaml('Stream', text, path).exposure;
}

/** Undefined outside of a repository: a policy and a finding that are named need none. */
async function openTree(context: Context): Promise<Tree | undefined> {
  try {
    return await createWorkTree(context.root());
  } catch (error) {
    if (error instanceof AperiodicError && error.code === 'not-found') return undefined;
    throw error;
  }
}
