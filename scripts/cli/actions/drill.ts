/**
 * Carries out `aperiodic drill`: an emergency from a made-up advisory to a published image and its notice, with a repository, a
 * mirror, a key and a cloud of its own. Of the real ones only package repositories are read, and the mail server takes what goes to a
 * drill's address.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createGit } from '../../adapters/git/git.ts';
import { toolRoot } from '../../adapters/host/python-venv.ts';
import { transportOptions } from '../../adapters/mail/smtp.ts';
import { startLocalCloud } from '../../localcloud/start-local-cloud.ts';
import { agePins, defaultVerdict, drillName, judgeDrill, targetsOfDrill } from '../../model/drill.ts';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { judge as judgeByPolicy } from '../../model/policy/judge.ts';
import { assertValid } from '../../model/schema.ts';
import { findStream, pinsPath, streamFolder } from '../../model/streams.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { Policy, Stream, Verdict } from '../../model/types.generated.ts';
import { renderYaml } from '../../model/yaml.ts';
import { renderDrill } from '../../render/drill.ts';
import { renderPins } from '../../render/pins.ts';
import { solveStream } from '../../stages/solve.ts';
import { watch } from '../../watch.ts';
import type { Context, Outcome } from '../command.ts';
import { judgePlayed, playSteps } from '../drill/play.ts';
import { timeTasks } from '../drill/time-tasks.ts';
import type { Opened } from '../open-repository.ts';
import { commit, type DemoFolders, openClone, prepare, regionsOf } from './demo.ts';
import { releaseStreams } from './release.ts';
import { runSetup } from './setup.ts';

const defaultStream = 'debian-12/cloud-base';
const clock = { now: () => new Date() };

export async function runDrill(context: Context): Promise<Outcome> {
  // Before anything else: a drill that cannot be mailed is known to fail at its end.
  if (mailToOf(context) !== undefined) transportOptions((await context.config()).mail);
  await runSetup(context);
  const base = path.resolve(context.given.text('folder') ?? path.join(toolRoot, '.aperiodic/drill'));
  const run = path.join(base, 'run');
  // Packages are kept from drill to drill, as they are from release to release.
  const folders: DemoFolders = {
    base: run,
    origin: path.join(run, 'origin.git'),
    clone: path.join(run, 'clone'),
    mirror: path.join(run, 'mirror'),
    store: path.join(base, 'store'),
    work: path.join(run, 'work'),
    key: path.join(run, 'signing-key.asc'),
    cloud: path.join(run, 'cloud'),
  };
  await rm(run, { recursive: true, force: true });
  await prepare(folders, context.log);
  const cloud = await startLocalCloud({ folder: folders.cloud, regions: await regionsOf(folders) });
  try {
    return await play(folders, context, cloud.endpoint);
  } finally {
    await cloud.stop();
  }
}

async function play(folders: DemoFolders, context: Context, endpoint: string): Promise<Outcome> {
  const id = context.given.optional('stream') ?? defaultStream;
  const { log, take } = timeTasks(context.log, clock);
  const env = ownEnvironment(context.env);
  const { mail, repositories } = await context.config();
  const open = () => openClone(folders, { ...context, env, log }, endpoint, { mail, repositories });
  const mailTo = mailToOf(context);
  const { name, policy, exposure } = await seed(await open(), folders, id, mailTo);
  take();
  const start = clock.now();
  const verdicts: Verdict[] = [];
  const judge = judgeDrill(name, start, (finding) => {
    const verdict =
      policy === undefined ? defaultVerdict(finding) : judgeByPolicy(policy, finding, { exposure });
    verdicts.push(verdict);
    return verdict;
  });
  let branch = '';
  let version: string | undefined;
  const played = await playSteps(
    [
      { name: 'advisory', run: async () => `${drillName(start)}: ${name} in ${id} is said to be exploited` },
      {
        name: 'proposed',
        run: async () => {
          const opened = await open();
          const load = async (tree: Parameters<Opened['load']>[0]) => (await opened.load(tree)).repository;
          const ports = { ...opened.ports, proposals: opened.proposals };
          const [outcome] = await watch(ports, { load, judge, schedule: async () => ({}), streams: [id] });
          if (outcome?.action !== 'opened')
            throw (
              outcome?.error ?? new AperiodicError('internal', `the watch proposed nothing: ${outcome?.why}`)
            );
          branch = outcome.branch;
          return outcome.title ?? branch;
        },
      },
      { name: 'merged', run: async () => merge(folders, branch) },
      {
        name: 'published',
        run: async () => {
          const [outcome] = await releaseStreams(await open(), [id]);
          if (outcome?.error !== undefined) throw outcome.error;
          version = outcome?.recorded?.record.version;
          if (version === undefined) throw new AperiodicError('internal', 'nothing was released');
          return `${version} is on the drill's own mirror and cloud, and recorded`;
        },
      },
      { name: 'notified', run: async () => findNotice(await open(), id, version, mailTo) },
    ],
    clock,
    take,
  );
  const [verdict] = verdicts;
  const report = assertValid('DrillReport', {
    advisory: drillName(start),
    stream: id,
    ...(version === undefined ? {} : { version }),
    rule: verdict?.rule ?? 'none',
    started: timestamp(start),
    ...(verdict?.due === undefined ? {} : { due: verdict.due }),
    ended: played.ended,
    outcome: judgePlayed(played, verdict?.due),
    steps: played.steps,
  });
  const file = context.given.text('report');
  if (file !== undefined) {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 1)}\n`);
  }
  return {
    json: report,
    text: renderDrill(report),
    exitCode: report.outcome === 'in-time' ? 0 : 1,
    errors: played.error === undefined ? [] : [toAperiodicError(played.error)],
  };
}

/** Empty where a workflow has no address. */
function mailToOf({ given }: Pick<Context, 'given'>): string | undefined {
  return given.text('mail-to') || undefined;
}

/** What the environment, and a file that it names, say of real mirrors, registries, stores and AWS is not the drill's. */
function ownEnvironment(env: Context['env']): Context['env'] {
  const real = /^(APERIODIC_(CONFIG|STORE|WORK|GIT_VIA|MIRROR_.*|REGISTRY_.*)|AWS_.*|GITHUB_TOKEN)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !real.test(name)));
}

/** @throws AperiodicError `internal` when the record names no notice, or none that was sent although one was to be */
async function findNotice(
  { ports }: Opened,
  id: string,
  version: string | undefined,
  mailTo: string | undefined,
): Promise<string> {
  const { releases } = await loadReleasesOf(id, await ports.forge.head());
  const record = releases.find(({ release }) => release.version === version)?.record;
  const [notice] = record?.notices ?? [];
  if (notice === undefined || (mailTo !== undefined && notice.sentAt === undefined))
    throw new AperiodicError('internal', 'the release has no notice that was given: look at the log above');
  return mailTo === undefined
    ? `${notice.id} is on the drill's mirror; no --mail-to, so it was not mailed`
    : `${notice.id} was mailed to ${mailTo}`;
}

const releaseFile = /^\d{8}\.\d+(\.published)?\.yaml$/;

interface Seeded {
  /** Of the package that is said to be old. */
  name: string;
  policy: Policy | undefined;
  exposure: Stream['exposure'];
}

/** Main of the drill: the packages of today, but one that is said to be old. Releases of the stream are not taken over. */
async function seed(
  { load, ports, workTree }: Opened,
  { clone }: DemoFolders,
  id: string,
  mailTo: string | undefined,
): Promise<Seeded> {
  const { repository } = await load(workTree);
  const stream = findStream(repository, id)?.stream;
  if (stream === undefined) throw new AperiodicError('not-found', `there is no stream '${id}'`);
  const { pins, name } = agePins(await solveStream(id, stream, workTree, ports));
  const folder = path.join(clone, streamFolder(id));
  for (const file of await readdir(folder)) if (releaseFile.test(file)) await rm(path.join(folder, file));
  for (const one of pins) await writeFile(path.join(clone, pinsPath(id, one.architecture)), renderPins(one));
  if (repository.targets === undefined)
    throw new AperiodicError('invalid', 'cannot be read', { file: 'releases/targets.yaml' });
  const targets = targetsOfDrill(repository.targets, mailTo);
  await writeFile(path.join(clone, 'releases/targets.yaml'), renderYaml(targets));
  const git = createGit(clone);
  await git(['add', '--all', '--', 'releases']);
  await commit(git, `Before the drill: ${name} is old`);
  await git(['push', '--quiet', 'origin', 'HEAD:main']);
  return { name, policy: repository.policy, exposure: stream.exposure };
}

/** What a reviewer does, without the reading. */
async function merge({ clone }: DemoFolders, branch: string): Promise<string> {
  const git = createGit(clone);
  await git(['fetch', '--quiet', 'origin']);
  await git(['merge', '--quiet', '--ff-only', `origin/${branch}`]);
  await git(['push', '--quiet', 'origin', 'HEAD:main']);
  return `${branch} is on main`;
}
