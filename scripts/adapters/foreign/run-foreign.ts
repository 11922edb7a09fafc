/** Makes sure that programs of an image's architecture run here. Only used inside the namespaces of a build or a test. */
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { type Processor, processorOf, processorOfNode } from '../../model/machine.ts';
import type { Architecture } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import { probeExitCode, probeProgram } from './probe-program.ts';
import { emulatorPaths, registrationLine } from './registration.ts';

/** How programs of an architecture run: by this processor, as the machine is set up, or as these namespaces were. */
export type Way = 'native' | 'registered by the machine' | 'registered for this run';

/**
 * Tries it: only a program that ran says that others will. Where the machine has no registration of its own, the emulator is
 * registered in a binfmt_misc that belongs to the user namespace we are in (Linux 6.7 or newer) and goes with it; the machine
 * is not changed.
 * @param folder writable, gone with the namespaces: a file system is mounted below it, and stays
 * @throws AperiodicError `missing-tool` that says what is needed
 */
export async function ensureForeign(architecture: Architecture, folder: string): Promise<Way> {
  const processor = processorOf(architecture);
  if (processorOfNode(process.arch) === processor) return 'native';
  if (await runsPrograms(processor, folder)) return 'registered by the machine';
  const problem = await register(processor, folder);
  if (problem === undefined && (await runsPrograms(processor, folder))) return 'registered for this run';
  throw new AperiodicError('missing-tool', explainForeign(architecture, problem));
}

/** In a root of its own, as the programs of an image are: an emulator that is found by its path alone is not enough. */
async function runsPrograms(processor: Processor, folder: string): Promise<boolean> {
  const root = await mkdtemp(path.join(folder, 'probe-'));
  try {
    const program = path.join(root, 'probe');
    await writeFile(program, probeProgram(processor));
    await chmod(program, 0o755);
    await exec('chroot', [root, '/probe'], { accept: [probeExitCode], timeoutSeconds: 30 });
    return true;
  } catch (error) {
    if (error instanceof AperiodicError && error.code !== 'missing-tool') return false;
    throw error;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Returns why it could not be done. */
async function register(processor: Processor, folder: string): Promise<'no emulator' | string | undefined> {
  const emulator = await findEmulator(processor);
  if (emulator === undefined) return 'no emulator';
  const mount = path.join(folder, 'binfmt');
  await mkdir(mount, { recursive: true });
  try {
    await exec('mount', ['-t', 'binfmt_misc', 'binfmt_misc', mount]);
    await writeFile(path.join(mount, 'register'), registrationLine(processor, emulator));
    return undefined;
  } catch (error) {
    const { message, detail } = toAperiodicError(error);
    return detail === undefined || detail === '' ? message : detail;
  }
}

async function findEmulator(processor: Processor): Promise<string | undefined> {
  for (const file of emulatorPaths(processor)) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
  }
  return undefined;
}

/** @param problem of the registration; undefined when it was made and programs did not run all the same */
export function explainForeign(architecture: Architecture, problem: string | undefined): string {
  const native = `or use a machine that is ${architecture} itself`;
  if (problem === 'no emulator') {
    return `this machine cannot run programs of ${architecture}: run 'aperiodic setup --foreign', ${native}`;
  }
  const why = problem === undefined ? 'they do not run in it' : problem.split('\n').at(-1)?.trim();
  return (
    `this machine cannot run programs of ${architecture}: its kernel has no registration of qemu-user-static, and none could be made for this run (${why}): ` +
    `register it with flag F (package binfmt-support, as root), use Linux 6.7 or newer, ${native}`
  );
}
