/** Runs git: no hooks, no prompts, no programs named by a remote, and no secret in what comes back. */
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { exec } from '../host/exec.ts';

export interface GitOptions {
  input?: string;
  env?: Record<string, string>;
  timeoutSeconds?: number;
  /** Exit codes that are an answer. Default [0]. */
  accept?: readonly number[];
  failure?: ErrorCode;
  /** What could not be done, for people. */
  what?: string;
}

export interface GitResult {
  exitCode: number;
  stdout: string;
  /** With passwords in addresses taken out. */
  stderr: string;
}

export type Git = (args: readonly string[], options?: GitOptions) => Promise<GitResult>;

/**
 * Settings of the machine and the person stay in force, for credential helpers, ssh, proxies and safe.directory need
 * them. What could run other programs, start work in the background, or change bytes is set here.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'protocol.ext.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  'i18n.commitEncoding=UTF-8',
  'push.recurseSubmodules=no',
  'push.followTags=false',
  'submodule.recurse=false',
  'advice.pushNonFastForward=false',
].flatMap((setting) => ['-c', setting]);

/** Where people and CI keep what git needs to reach a remote. GIT_DIR and its like stay out: they name another clone. */
const passed =
  /^(SSH_AUTH_SOCK|GIT_SSH|GIT_SSH_COMMAND|GIT_ASKPASS|XDG_CONFIG_HOME|XDG_RUNTIME_DIR|DBUS_SESSION_BUS_ADDRESS|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

const anyCode = Array.from({ length: 255 }, (_, code) => code).filter((code) => code !== 127);

/** @param folder of the clone; every call runs there */
export function createGit(folder: string): Git {
  return async (args, options = {}) => {
    const env: Record<string, string> = { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', ...options.env };
    for (const [name, value] of Object.entries(process.env)) {
      if (value !== undefined && passed.test(name)) env[name] = value;
    }
    const result = await exec('git', [...settings, ...args], {
      cwd: folder,
      env,
      accept: anyCode,
      failure: options.failure ?? 'internal',
      ...(options.what === undefined ? {} : { what: options.what }),
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.timeoutSeconds === undefined ? {} : { timeoutSeconds: options.timeoutSeconds }),
    });
    const stderr = maskSecrets(result.stderr);
    if ((options.accept ?? [0]).includes(result.exitCode)) return { ...result, stderr };
    throw gitError(options, args, result.exitCode, stderr);
  };
}

function gitError(
  options: GitOptions,
  args: readonly string[],
  exitCode: number,
  stderr: string,
): AperiodicError {
  const what = options.what ?? `git ${args[0]} failed`;
  return new AperiodicError(
    options.failure ?? 'internal',
    `${what} (exit code ${exitCode}): ${lastWords(stderr)}`,
    {
      detail: stderr,
    },
  );
}

/** The line in which git says why, for a message of one line. */
export function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? lines.at(-1) ?? 'it gave no reason';
}

/** Takes user names and passwords out of addresses, and control characters of a remote out of the text. */
export function maskSecrets(text: string): string {
  return text
    .replaceAll(/\/\/[^/@\s]*@/g, '//***@')
    .replaceAll(/(authorization: *(?:basic|bearer|token)) +\S+/gi, '$1 ***')
    .replaceAll(/[^\n\P{C}]/gu, ' ')
    .trimEnd();
}
