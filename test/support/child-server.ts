/** A server in a process of its own, gone with this one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cleanEnvironment, tied } from '../../scripts/adapters/host/exec.ts';

export interface ChildServer {
  /** http://127.0.0.1:PORT */
  endpoint: string;
  /** By SIGTERM unless told otherwise. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const seconds = 60;

/**
 * Starts a server that prints the address it listens at, and waits for that.
 * @throws Error with what it printed, when it ends or is silent for a minute
 */
export async function startChildServer(
  program: string,
  args: readonly string[],
  cwd?: string,
): Promise<ChildServer> {
  const [command, argv] = tied(program, args);
  const child = spawn(command, argv, {
    env: cleanEnvironment({ PYTHONUNBUFFERED: '1' }),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const printed: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    const giveUp = (why: string) => reject(new Error(`${program} ${why}\n${printed.join('\n')}`));
    const timer = setTimeout(() => giveUp(`printed no address for ${seconds} s`), seconds * 1000);
    child.once('error', reject);
    child.once('exit', () => giveUp('ended'));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
        if (found === undefined) return void (printed.length < 100 && printed.push(line));
        clearTimeout(timer);
        resolve(found);
      });
    }
  });
  try {
    return { endpoint: await address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
