/** Real repositories for tests: a bare remote and clones of it, with nothing taken from the machine's own settings. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const env = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_TERMINAL_PROMPT: '0',
};

/** Standard output, without the last newline. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.replace(/\n$/, '');
}

/** As `git`, with a date for what it commits. */
export async function gitAt(date: string, folder: string, ...args: string[]): Promise<string> {
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const { stdout } = await run('git', args, { cwd: folder, env: { ...env, ...dates } });
  return stdout.replace(/\n$/, '');
}

/** A bare repository whose branch main has one commit with these files. */
export async function createRemote(folder: string, files: Record<string, string>): Promise<string> {
  const remote = join(folder, 'remote.git');
  const seed = join(folder, 'seed');
  await git(folder, 'init', '-q', '--bare', '-b', 'main', remote);
  await git(folder, 'init', '-q', '-b', 'main', seed);
  await commitFiles(seed, files, 'Begin');
  await git(seed, 'push', '-q', remote, 'main');
  return remote;
}

export async function cloneOf(remote: string, folder: string): Promise<string> {
  await git(dirname(folder), 'clone', '-q', remote, folder);
  return folder;
}

export async function commitFiles(
  clone: string,
  files: Record<string, string>,
  message: string,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await writeFile(join(clone, path), content);
  }
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '-q', '--allow-empty', '-m', message);
  return git(clone, 'rev-parse', 'HEAD');
}

/** As a person does: on top of whatever is there now, again and again until it is in. */
export async function pushWithRebase(clone: string): Promise<void> {
  for (;;) {
    try {
      await git(clone, 'push', '-q', 'origin', 'HEAD:main');
      return;
    } catch {
      await sleep(Math.random() * 500);
      await git(clone, 'pull', '-q', '--rebase', 'origin', 'main');
    }
  }
}
