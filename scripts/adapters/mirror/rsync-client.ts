/** Calls of rsync against one daemon, tried again when the connection breaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '../../ports.ts';
import { type ExecResult, exec } from '../host/exec.ts';
import { describeFailure, isTransient } from './rsync-output.ts';

export interface RsyncOptions {
  /** Of a file that only its owner can read, holding the password. */
  passwordFile?: string | undefined;
  /** Longest silence on the connection. The server reads whole images silently to compare them. */
  ioTimeoutSeconds?: number;
  connectTimeoutSeconds?: number;
  /** How often a call is tried in all. */
  attempts?: number;
  /** Pause after the first failure; it doubles with each. */
  backoffMs?: number;
}

export interface RsyncCall {
  log?: Task;
  onLine?: (line: string) => void;
  /** Exit code and standard error that are an answer for the caller. */
  accept?: (exitCode: number, stderr: string) => boolean;
}

export type Rsync = (args: readonly string[], call?: RsyncCall) => Promise<ExecResult>;

/** Every code but 127, by which the host says that rsync is not installed. */
const anyCode = Array.from({ length: 127 }, (_, code) => code);

/** @param id of the mirror, for messages */
export function createRsyncClient(id: string, options: RsyncOptions = {}): Rsync {
  const attempts = options.attempts ?? 3;
  const common = [
    '--no-motd',
    `--timeout=${options.ioTimeoutSeconds ?? 300}`,
    `--contimeout=${options.connectTimeoutSeconds ?? 30}`,
    ...(options.passwordFile === undefined ? [] : [`--password-file=${options.passwordFile}`]),
  ];
  // With a password in the environment, even an empty one, rsync does not ask on the terminal.
  const env: Record<string, string> = options.passwordFile === undefined ? { RSYNC_PASSWORD: '' } : {};
  return async (args, call = {}) => {
    for (let attempt = 1; ; attempt++) {
      const result = await exec('rsync', [...common, ...args], {
        accept: anyCode,
        env,
        ...(call.onLine === undefined ? {} : { onLine: call.onLine }),
      });
      if (result.exitCode === 0 || call.accept?.(result.exitCode, result.stderr)) return result;
      if (attempt >= attempts || !isTransient(result.exitCode, result.stderr)) {
        throw describeFailure(id, result.exitCode, result.stderr);
      }
      call.log?.note(`the connection to ${id} broke: trying again (${attempt + 1} of ${attempts})`);
      await sleep((options.backoffMs ?? 1000) * 2 ** (attempt - 1));
    }
  };
}
