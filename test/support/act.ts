/**
 * Runs our real workflows with act on this machine, without containers.
 *
 * Replaced are the actions that we use of others (folder `actions` beside this file): what they talk to is GitHub's. Every
 * `run:` line, the matrices, outputs, conditions and the composite action of this repository are the real ones. Runners
 * are this machine, each job in a folder of its own.
 */
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testVenv } from '../../scripts/adapters/host/python-venv.ts';
import { commitFiles, git } from './git.ts';
import { runGroup } from './run-group.ts';
import { checkout, readWorkflows, stepsOf } from './workflows.ts';

const stands = fileURLToPath(new URL('actions', import.meta.url));

export interface ActWorld {
  folder: string;
  /** Bare repository with the files of this checkout on main. */
  origin: string;
  /** A clone where a person works. */
  clone: string;
  /** By name, a folder each. */
  artifacts: string;
  /** Options that put our actions in the place of others'. */
  replace: string[];
}

export interface ActRun {
  event: string;
  payload: unknown;
  workflow: string;
  /** What the event's commit is, when it is not the head of main. */
  sha?: string;
  /** Only this job and what it needs. */
  job?: string;
  env?: Record<string, string>;
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
}

export interface ActResult {
  code: number | null;
  output: string;
  /** Ids of jobs that ended, with success or failure. */
  jobs: Record<string, string>;
}

/** One stream is released; the others would only take time. */
export const otherStreams = /^releases\/(?!debian-12\/cloud-base\/)[^/]+\/[^/]+\//;

/** @param folder empty; everything of the test is below it */
export async function startAct(folder: string): Promise<ActWorld> {
  const [origin, clone, artifacts] = ['origin.git', 'clone', 'artifacts'].map((name) =>
    path.join(folder, name),
  );
  if (origin === undefined || clone === undefined || artifacts === undefined) throw new Error('no names');
  await mkdir(artifacts);
  await git(folder, 'init', '-q', '--bare', '-b', 'main', origin);
  await git(folder, 'init', '-q', '-b', 'main', clone);
  const files = (await git(checkout, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')).split(
    '\0',
  );
  for (const file of files.filter((name) => name !== '' && !otherStreams.test(name)))
    await cp(path.join(checkout, file), path.join(clone, file)).catch((error: unknown) => {
      // Removed from the work tree and still in the index.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  await commitFiles(clone, {}, 'Begin');
  await git(clone, 'remote', 'add', 'origin', origin);
  await git(clone, 'push', '-q', 'origin', 'main');
  return { folder, origin, clone, artifacts, replace: await replaceActions(path.join(folder, 'actions')) };
}

/** One folder an action, for the commit that the workflows name. */
async function replaceActions(folder: string): Promise<string[]> {
  const composite = path.join(checkout, '.github/actions/setup/action.yml');
  const { readFile } = await import('node:fs/promises');
  const named = (await readWorkflows()).flatMap((workflow) =>
    stepsOf(workflow).map(({ step }) => step.uses ?? ''),
  );
  const inComposite = [...(await readFile(composite, 'utf8')).matchAll(/uses: ([^\s]+)/g)].map(
    ([, uses]) => uses,
  );
  const known = await readdir(stands);
  const options: string[] = [];
  for (const uses of new Set([...named, ...inComposite])) {
    const [, owner, name] = /^([\w.-]+)\/([\w.-]+)@[0-9a-f]{40}$/.exec(uses ?? '') ?? [];
    if (owner === undefined || name === undefined) continue;
    if (!known.includes(name)) throw new Error(`nothing stands in for ${uses}`);
    const target = path.join(folder, name);
    await cp(path.join(stands, name), target, { recursive: true });
    await cp(path.join(stands, 'inputs.mjs'), path.join(target, 'inputs.mjs'));
    options.push('--local-repository', `${uses}=${target}`);
  }
  return options;
}

/** Runs a workflow to its end. Its clone is at the head of main, as GitHub reads workflows of pushes and schedules. */
export async function runAct(world: ActWorld, run: ActRun): Promise<ActResult> {
  const { folder, clone } = world;
  const eventFile = path.join(folder, 'event.json');
  await writeFile(eventFile, JSON.stringify(run.payload));
  const settings = {
    TEST_ORIGIN: world.origin,
    TEST_ARTIFACTS: world.artifacts,
    ...(run.sha === undefined ? {} : { TEST_SHA: run.sha }),
    ...run.env,
  };
  const argv = [
    run.event,
    '--workflows',
    `.github/workflows/${run.workflow}`,
    '--eventpath',
    eventFile,
    '--no-skip-checkout',
    '--concurrent-jobs',
    '1',
    '--defaultbranch',
    'main',
    '--no-cache-server',
    '--action-offline-mode',
    ...['ubuntu-24.04', 'ubuntu-24.04-arm'].flatMap((name) => ['--platform', `${name}=-self-hosted`]),
    ...['--env-file', '--secret-file', '--var-file', '--input-file'].flatMap((name) => [name, '/dev/null']),
    '--action-cache-path',
    path.join(folder, 'act'),
    ...world.replace,
    ...(run.job === undefined ? [] : ['--job', run.job]),
    ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(run.vars ?? {}).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(run.secrets ?? {}).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
    '--json',
  ];
  // The machine's own settings of git and npm stay: packages come from where they come from here.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const act = path.join(checkout, testVenv.folder, 'bin/act');
  const { code, output } = await runGroup(act, argv, clone, env);
  return { code, output, jobs: readResults(output) };
}

function readResults(output: string): Record<string, string> {
  const results: Record<string, string> = {};
  for (const line of output.split('\n')) {
    if (!line.includes('"jobResult"')) continue;
    const { jobID, job, jobResult } = JSON.parse(line);
    if (typeof jobResult === 'string') results[String(jobID ?? job)] = jobResult;
  }
  return results;
}

/** What people read of the output. */
export function messages(output: string): string {
  return output
    .split('\n')
    .flatMap((line) => {
      try {
        const { job, msg } = JSON.parse(line);
        return [`${job ?? ''}| ${String(msg).trimEnd()}`];
      } catch {
        return [line];
      }
    })
    .join('\n');
}
