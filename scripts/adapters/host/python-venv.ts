/** Python environments in Aperiodic's own checkout: that of the kickstart parser, and that of the tests. */
import { createHash } from 'node:crypto';
import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError } from '../../model/errors.ts';
import type { Task } from '../../ports.ts';
import { exec } from './exec.ts';

/** Aperiodic's own checkout: where package.json and requirements.txt are. */
export const toolRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** Debian's own Python: another one earlier in PATH may lack what Debian's packages bring. */
const python = '/usr/bin/python3';

export interface Venv {
  /** In the checkout. */
  folder: string;
  /** What is installed: first what building needs, then the rest. All of it is pinned by hash. */
  requirements: readonly string[];
}

/** Has pykickstart. */
export const productVenv: Venv = {
  folder: '.venv',
  requirements: ['requirements-build.txt', 'requirements.txt'],
};

/** Has what only tests use: clients and servers of AWS's protocols that are not ours. */
export const testVenv: Venv = {
  folder: '.venv-test',
  requirements: ['requirements-build.txt', 'requirements-test.txt'],
};

/** The interpreter of an environment. */
export function venvPython(root = toolRoot, venv = productVenv): string {
  return path.join(root, venv.folder, 'bin/python');
}

export type VenvState = 'current' | 'outdated' | 'missing';

/** Whether it was finished, for these requirements and this Python. Starts no process. */
export async function checkVenv(root = toolRoot, venv = productVenv): Promise<VenvState> {
  const written = await readFile(stampFile(root, venv), 'utf8').catch(() => undefined);
  if (written === undefined) return 'missing';
  return written === (await stampOf(root, venv)) ? 'current' : 'outdated';
}

/**
 * Makes an environment from its hash-pinned requirements. The stamp is written last, so a half-made one is made again.
 * @throws AperiodicError `missing-tool` when Python cannot make one, `unreachable` when pip fails
 */
export async function createVenv(task: Task, root = toolRoot, venv = productVenv): Promise<void> {
  const folder = path.join(root, venv.folder);
  const stamp = await stampOf(root, venv);
  try {
    task.note('creating the environment');
    await exec(python, ['-m', 'venv', '--clear', '--', folder], {
      failure: 'missing-tool',
      what: 'the Python environment could not be made',
    });
    for (const file of venv.requirements) await installRequirements(root, file, task, venv);
    await writeFile(`${stampFile(root, venv)}.new`, stamp);
    await rename(`${stampFile(root, venv)}.new`, stampFile(root, venv));
    task.done();
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/**
 * Installs one file of requirements into an environment. The build's own tools came before, by hash, so pip must not fetch
 * others into an isolated build.
 * @throws AperiodicError `unreachable`, also when a requirement has no hash or another one
 */
export async function installRequirements(
  root: string,
  file: string,
  task: Task,
  venv = productVenv,
): Promise<void> {
  const options = ['--require-hashes', '--no-build-isolation', '--no-input', '--disable-pip-version-check'];
  const args = ['-m', 'pip', 'install', ...options, '-r', path.join(root, file)];
  await exec(venvPython(root, venv), args, {
    env: pipEnvironment(),
    failure: 'unreachable',
    what: `the Python packages of ${file} could not be installed; with a network, run 'aperiodic setup' again`,
    onLine: (line) => {
      const [, verb, name] =
        /^(Collecting|Building wheel for|Installing collected) ([^=\s]+)/.exec(line) ?? [];
      if (name !== undefined) task.note(verb === 'Collecting' ? `fetching ${name}` : 'installing');
    },
  });
}

/** The caller's settings for pip and proxies: where packages come from is theirs, what they are is pinned. */
function pipEnvironment(): Record<string, string> {
  const wanted = /^(PIP_(?!REQUIRE|NO_|TARGET|PREFIX|USER|ROOT)\w+|HTTPS?_PROXY|ALL_PROXY|NO_PROXY)$/i;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]): [string, string][] =>
      value !== undefined && wanted.test(name) ? [[name, value]] : [],
    ),
  );
}

function stampFile(root: string, { folder }: Venv): string {
  return path.join(root, folder, 'aperiodic-stamp');
}

async function stampOf(root: string, { requirements }: Venv): Promise<string> {
  const hash = createHash('sha256');
  for (const file of requirements) {
    const text = await readFile(path.join(root, file)).catch((cause: unknown) => {
      throw new AperiodicError('not-found', `${file} is not in Aperiodic's checkout`, { file, cause });
    });
    hash.update(`${file} ${text.length}\n`).update(text);
  }
  const interpreter = await realpath(python).catch(() => python);
  return `${hash.update(interpreter).digest('hex')}\n`;
}
