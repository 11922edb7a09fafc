/** Carries out `aperiodic setup`. Safe to repeat: each part looks before it writes. */
import path from 'node:path';
import { withLock } from '../../adapters/host/lock.ts';
import { findShut, openRunner } from '../../adapters/host/open-runner.ts';
import {
  findMissingPackages,
  hostPackages,
  isThere,
  readHostFiles,
  testPackages,
  thisProcessor,
} from '../../adapters/host/packages.ts';
import { createRunAsRoot, installPackages, type RunAsRoot } from '../../adapters/host/packages-install.ts';
import { foreignPackages } from '../../adapters/host/packages-machines.ts';
import { describeMissing, planInstall } from '../../adapters/host/packages-plan.ts';
import {
  checkVenv,
  createVenv,
  productVenv,
  testVenv,
  toolRoot,
  type Venv,
} from '../../adapters/host/python-venv.ts';
import { verifyNamespaces } from '../../adapters/host/tools-namespaces.ts';
import { changeRanges, planRanges } from '../../adapters/host/tools-user-ids.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Context, Outcome } from '../command.ts';

/** What setup did; all of it empty or false when nothing was missing. */
export interface SetupResult {
  installed: string[];
  /** Files that got a range of user ids. */
  userIds: string[];
  /** What was opened, with --runner. */
  opened: string[];
  venv: VenvResult;
  /** Only with --test. */
  testVenv?: VenvResult;
}

type VenvResult = 'current' | 'created';

export async function runSetup(context: Context): Promise<Outcome> {
  const run = createRunAsRoot(isRoot(), context.ask !== undefined);
  const result: SetupResult = {
    installed: await ensurePackages(context, run),
    userIds: await ensureRanges(context, run),
    opened: context.given.flag('runner') ? await openRunner(await findShut(), run) : [],
    venv: await ensureVenv(context, productVenv, 'making the Python environment'),
    ...(context.given.flag('test')
      ? { testVenv: await ensureVenv(context, testVenv, 'making the Python environment of the tests') }
      : {}),
  };
  await verifyNamespaces();
  return { json: result, text: describeResult(result) };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

async function ensurePackages(context: Context, run: RunAsRoot): Promise<string[]> {
  const host = readHostFiles();
  const wanted = [
    ...hostPackages,
    ...(context.given.flag('test') ? testPackages : []),
    ...(context.given.flag('foreign') ? foreignPackages(thisProcessor) : []),
  ];
  const missing = findMissingPackages(wanted, host);
  const plan = planInstall(missing, {
    root: isRoot(),
    sudo: isThere('sudo', host),
    apt: isThere('apt-get', host),
    terminal: context.ask !== undefined,
    yes: context.given.flag('yes'),
  });
  if (plan.kind === 'nothing') return [];
  context.log.info(`These Debian packages are missing:\n${describeMissing(missing)}`);
  if (plan.kind === 'impossible') {
    const message = `packages are missing (${plan.names.join(', ')}) and cannot be installed: ${plan.reason}: ${plan.command}`;
    throw new AperiodicError('missing-tool', message);
  }
  if (plan.ask && context.ask !== undefined && !(await context.ask('Install them now?'))) {
    throw new AperiodicError('missing-tool', `nothing was installed. To do it by hand, run: ${plan.command}`);
  }
  // Before live lines are drawn: sudo asks for the password on the same terminal.
  if (context.ask !== undefined && !isRoot()) await run(['true']);
  const task = context.log.task(`installing ${plan.names.length} Debian packages`);
  await installPackages(plan.names, plan.command, run, task);
  const still = findMissingPackages(wanted, host);
  if (still.length > 0) {
    throw new AperiodicError(
      'missing-tool',
      'apt-get installed the packages, but some of it is still missing',
      {
        detail: describeMissing(still),
      },
    );
  }
  return plan.names;
}

async function ensureRanges(context: Context, run: RunAsRoot): Promise<string[]> {
  const changes = await planRanges();
  const files = changes.map(({ file }) => file);
  if (files.length > 0) context.log.info(`Adding a range of user ids for builds to ${files.join(' and ')}`);
  await changeRanges(changes, run);
  return files;
}

async function ensureVenv({ log }: Context, venv: Venv, title: string): Promise<VenvResult> {
  if ((await checkVenv(toolRoot, venv)) === 'current') return 'current';
  return await withLock(path.join(toolRoot, '.aperiodic/setup'), async () => {
    if ((await checkVenv(toolRoot, venv)) === 'current') return 'current';
    await createVenv(log.task(title), toolRoot, venv);
    return 'created';
  });
}

function describeResult(result: SetupResult): string {
  const lines: string[] = [];
  if (result.installed.length > 0) lines.push(`Installed: ${result.installed.join(', ')}`);
  if (result.userIds.length > 0) lines.push('Added ranges of user ids to /etc/subuid or /etc/subgid');
  if (result.opened.length > 0) lines.push(`Opened: ${result.opened.join(', ')}`);
  if (result.venv === 'created') lines.push('Made the Python environment');
  if (result.testVenv === 'created') lines.push('Made the Python environment of the tests');
  return lines.length === 0 ? 'Nothing is missing.' : `${lines.join('\n')}\nThis machine is ready.`;
}
