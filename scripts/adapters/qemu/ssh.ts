/** The openssh client, with nothing of the user's own settings, keys or agent. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CommandResult } from '../../ports.ts';
import { exec } from '../host/exec.ts';

export interface SshTarget {
  port: number;
  user: string;
  /** Folder of the run with the key and known_hosts. */
  folder: string;
}

/** Every exit code of a remote command is an answer; ssh itself ends with 255. */
const everyCode = Array.from({ length: 256 }, (_, code) => code);

/** Makes the key of a run and returns its public half, a line of authorized_keys. */
export async function makeKey(folder: string): Promise<string> {
  const file = keyFile(folder);
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'aperiodic-qa', '-f', file]);
  return (await readFile(`${file}.pub`, 'utf8')).trim();
}

/** The key in a folder that several runs share, made by the first of them, for a run with this folder of its own. */
export async function shareKey(shared: string, folder: string): Promise<string> {
  await mkdir(shared, { recursive: true, mode: 0o700 });
  const there = await readFile(`${keyFile(shared)}.pub`, 'utf8').catch(() => undefined);
  const publicKey = there?.trim() ?? (await makeKey(shared));
  await copyFile(keyFile(shared), keyFile(folder));
  return publicKey;
}

function keyFile(folder: string): string {
  return path.join(folder, 'key');
}

/** Options that hold for each call. Paths in quotes: ssh splits values at spaces and reads % as a token. */
export function sshArguments({ port, folder }: SshTarget, key: 'with-key' | 'without-key'): string[] {
  const quote = (file: string) => `"${file.replaceAll('%', '%%')}"`;
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    `IdentityFile=${key === 'with-key' ? quote(keyFile(folder)) : 'none'}`,
    `UserKnownHostsFile=${quote(path.join(folder, 'known_hosts'))}`,
    'GlobalKnownHostsFile=none',
    'StrictHostKeyChecking=accept-new',
    'ConnectTimeout=30',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=8',
    'ForwardAgent=no',
    'LogLevel=ERROR',
  ];
  return ['-F', 'none', '-T', '-p', String(port), ...options.flatMap((option) => ['-o', option])];
}

export interface SshCall {
  /** What the remote shell is to run. */
  command: string;
  input?: string;
  seconds: number;
  /** Options of the client that come first and win, such as `-l root`. */
  options?: readonly string[];
  key?: 'with-key' | 'without-key';
  onLine?: (line: string) => void;
}

/**
 * @throws AperiodicError `qa-failed` when it does not end in time, `missing-tool` without an ssh client, `host-failed`
 *   when something ended the client
 */
export async function callSsh(target: SshTarget, call: SshCall): Promise<CommandResult> {
  const { onLine } = call;
  // The client takes the first value of an option: those of the call go before ours.
  const args = [
    ...(call.options ?? []),
    ...sshArguments(target, call.key ?? 'with-key'),
    ...['-l', target.user, '--', '127.0.0.1', call.command],
  ];
  return await exec('ssh', args, {
    accept: everyCode,
    timeoutSeconds: call.seconds,
    failure: 'qa-failed',
    killed: 'host-failed',
    what: 'the guest',
    ...(call.input === undefined ? {} : { input: call.input }),
    ...(onLine === undefined
      ? {}
      : { onLine: (line: string, stream: 'stdout' | 'stderr') => stream === 'stdout' && onLine(line) }),
  });
}
