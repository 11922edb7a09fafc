/** The QEMU process of one guest: started tied to us, watched, ended. */
import { open, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { AperiodicError } from '../../model/errors.ts';
import { cleanEnvironment, tied } from '../host/exec.ts';
import { countMemoryKills, failureOfEnd, type ProcessEnd } from './process-end.ts';
import { connectQmp, type QmpClient } from './qmp.ts';

export interface QemuProcess {
  readonly qmp: QmpClient;
  readonly running: boolean;
  /** Resolves when the process has ended, whatever the reason. */
  readonly ended: Promise<void>;
  /** What QEMU itself said, the end of it. */
  messages(): Promise<string>;
  /** The error `host-failed` when it has ended and the guest did not ask for it. */
  failure(): Promise<AperiodicError | undefined>;
  /** Asks it to quit, kills it when it does not. Safe to repeat. */
  stop(): Promise<void>;
}

const connectMilliseconds = 20_000;
const commandMilliseconds = 30_000;
const quitMilliseconds = 5_000;

export interface QemuStart {
  emulator: string;
  /** With a QMP socket named {@link qmpSocketName}, in the working folder. */
  args: readonly string[];
  /** Absolute; the process works there. */
  folder: string;
  /** What QEMU itself says goes to this file. */
  log: string;
}

/** Relative, because a path of a unix socket has at most 107 bytes (unix(7)) and callers' folders may be deep. */
export const qmpSocketName = 'qmp';

/** @throws AperiodicError `missing-tool` without QEMU, `host-failed` when it does not start */
export async function startQemu({ emulator, args, folder, log }: QemuStart): Promise<QemuProcess> {
  const [file, argv] = tied(emulator, args);
  const killsBefore = await countMemoryKills();
  const child = execa(file, argv, {
    env: cleanEnvironment(),
    extendEnv: false,
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    stdout: { file: log },
    stderr: { file: log },
    buffer: false,
    forceKillAfterDelay: 2000,
  });
  let running = true;
  let end: ProcessEnd = {};
  const ended = child.then(({ exitCode, signal }) => {
    running = false;
    end = { exitCode, signal };
  });
  const messages = async () => (await readFile(log, 'utf8').catch(() => '')).slice(-2000).trim();
  const startFailure = async (cause?: unknown) => {
    const said = await messages();
    if (/failed to execute/.test(said)) {
      return new AperiodicError('missing-tool', `${emulator} is not installed: run 'aperiodic setup'`);
    }
    return new AperiodicError('host-failed', 'QEMU did not start', { detail: said, cause });
  };
  let qmp: QmpClient;
  try {
    qmp = await connectWhile(() => running, folder, startFailure);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  return {
    qmp,
    get running() {
      return running;
    },
    ended,
    messages,
    failure: async () =>
      running ? undefined : failureOfEnd(end, await messages(), (await countMemoryKills()) > killsBefore),
    async stop() {
      if (running) {
        const timer = setTimeout(() => child.kill('SIGKILL'), quitMilliseconds);
        await qmp.execute('quit').catch(() => undefined);
        await ended;
        clearTimeout(timer);
      }
      qmp.close();
    },
  };
}

/** The socket appears a moment after the process; it is named by way of its open folder, which is short. */
async function connectWhile(
  running: () => boolean,
  folder: string,
  failure: (cause?: unknown) => Promise<AperiodicError>,
): Promise<QmpClient> {
  const deadline = Date.now() + connectMilliseconds;
  const handle = await open(folder);
  let last: unknown;
  try {
    while (running() && Date.now() < deadline) {
      try {
        return await connectQmp(`/proc/self/fd/${handle.fd}/${qmpSocketName}`, commandMilliseconds);
      } catch (error) {
        last = error;
        await pause(100);
      }
    }
  } finally {
    await handle.close();
  }
  throw await failure(last);
}

export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Whether QEMU holds the guest because the host could not take a write of its disk, which it does by default when no
 * space is left: the guest then waits for ever.
 */
export async function isOutOfSpace(qmp: QmpClient): Promise<boolean> {
  const answer = await qmp.execute('query-status').catch(() => undefined);
  return /"status":"io-error"/.test(JSON.stringify(answer) ?? '');
}

/**
 * The port of the host that QEMU was given for the guest's ssh, from the monitor's table of connections.
 * @throws AperiodicError `host-failed` when the table has none
 */
export async function findSshPort(qmp: QmpClient): Promise<number> {
  const table = String(await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' }));
  const port = /HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+22\b/.exec(table)?.[1];
  if (port === undefined) {
    throw new AperiodicError('host-failed', 'QEMU did not say which port leads to the guest', {
      detail: table,
    });
  }
  return Number(port);
}
