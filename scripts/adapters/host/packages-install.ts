/** Installs Debian packages on the host. Safe to repeat: apt-get leaves alone what is there. */
import { AperiodicError } from '../../model/errors.ts';
import type { Task } from '../../ports.ts';
import { type ExecOptions, exec } from './exec.ts';
import { installCommands, readAptLine } from './packages-plan.ts';

/** Runs a program as root: by itself, or through sudo. */
export type RunAsRoot = (argv: readonly string[], options?: ExecOptions) => Promise<void>;

/**
 * A runner for programs that need root.
 * @param ask whether sudo may ask for a password on the terminal
 */
export function createRunAsRoot(root: boolean, ask: boolean): RunAsRoot {
  const prefix = root ? [] : ['sudo', ...(ask ? [] : ['--non-interactive']), '--'];
  return async (argv, options) => {
    const [file = '', ...args] = [...prefix, ...argv];
    await exec(file, args, { failure: 'missing-tool', ...options });
  };
}

/**
 * Installs packages without recommended ones.
 * @param command what a person would type, for the error
 * @throws AperiodicError `missing-tool` with the end of apt-get's output
 */
export async function installPackages(
  names: readonly string[],
  command: string,
  run: RunAsRoot,
  task: Task,
): Promise<void> {
  const commands = installCommands(names);
  const show = createAptProgress(task);
  try {
    task.note('finishing earlier installations');
    await run(commands.repair);
    task.note('reading package lists');
    // A repository of somebody else that cannot be reached makes this fail, and may not matter to what is missing.
    await run(commands.update).catch((error: unknown) => {
      if (!(error instanceof AperiodicError) || error.code !== 'missing-tool') throw error;
      task.note('some package lists could not be read');
    });
    await run(commands.install, { onLine: show });
    task.done(`${names.length} packages asked for`);
  } catch (error) {
    if (!(error instanceof AperiodicError)) throw error;
    task.failed(error.message);
    throw new AperiodicError(
      error.code,
      `the packages could not be installed. To do it by hand, run: ${command}`,
      { detail: error.detail ?? error.message, cause: error },
    );
  }
}

/** Turns apt-get's lines into progress: each package is unpacked and then set up. */
function createAptProgress(task: Task): (line: string) => void {
  let total = 0;
  let done = 0;
  return (line) => {
    const event = readAptLine(line);
    if (event === undefined) return;
    if (event.kind === 'total') {
      total = 2 * event.packages;
      return;
    }
    task.note(`${event.kind} ${event.name}`);
    if (event.kind === 'downloaded') return;
    done++;
    task.progress(Math.min(done, total), total, 'steps');
  };
}
