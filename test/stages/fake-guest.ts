/** A guest that answers as it is told, without a machine. */
import { parseFrame } from '../../scripts/model/qa/frame.ts';
import { qaUser } from '../../scripts/model/qa/user-data.ts';
import type { BootRequest, CommandResult, Machine } from '../../scripts/ports.ts';

export interface GuestBehaviour {
  /** What a check prints, by its ID: standard output, or output and exit code. */
  answers: Record<string, string | { stdout: string; exitCode: number }>;
  /** Checks after which the session breaks. */
  breaksAfter?: string;
  waitForLogin?: () => Promise<void>;
  reboot?: () => Promise<void>;
  shutdown?: () => Promise<void>;
  run?: (script: string) => Promise<CommandResult>;
  tryLogin?: Machine['tryLogin'];
  serial?: string;
}

/** What happened to a guest, in order. */
export type GuestLog = string[];

export function createFakeGuest(request: BootRequest, behaviour: GuestBehaviour, log: GuestLog): Machine {
  let stopped = false;
  const say = (what: string) => log.push(`${request.firmware} ${what}`);
  return {
    echoPort: 4242,
    publicKey: 'ssh-ed25519 AAAA test',
    async waitForLogin() {
      say('boots');
      await behaviour.waitForLogin?.();
    },
    async run(script, _seconds, onLine) {
      const token = /^answer\(\) [\s\S]*?printf '[^']*' ([0-9a-f]{32}) /m.exec(script)?.[1];
      if (token === undefined || onLine === undefined) {
        say('journal');
        return (
          (await behaviour.run?.(script)) ?? { exitCode: 0, stdout: 'journal of the boot\n', stderr: '' }
        );
      }
      say('session');
      for (const [, id] of script.matchAll(/^answer ([a-z0-9-]+) /gm)) {
        onLine(renderFrame(token, id ?? '', behaviour.answers[id ?? ''] ?? ''));
        if (id === behaviour.breaksAfter) return { exitCode: 255, stdout: '', stderr: 'Connection closed' };
      }
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    async tryLogin(options, key) {
      if (behaviour.tryLogin !== undefined) return await behaviour.tryLogin(options, key);
      if (key === 'with-key' && options.includes(qaUser)) {
        return { exitCode: 0, stdout: `uid=1001(${qaUser})`, stderr: '' };
      }
      if (key === 'with-key') return { exitCode: 142, stdout: 'Please login as another user', stderr: '' };
      return { exitCode: 255, stdout: '', stderr: 'guest: Permission denied (publickey).' };
    },
    async reboot() {
      say('reboots');
      await behaviour.reboot?.();
    },
    async shutdown() {
      say('shuts down');
      await behaviour.shutdown?.();
    },
    serialTail: async () => behaviour.serial ?? 'test login: ',
    async screenshot() {
      say('screenshot');
      return undefined;
    },
    async stop() {
      if (!stopped) say('stops');
      stopped = true;
    },
  };
}

function renderFrame(
  token: string,
  id: string,
  answer: string | { stdout: string; exitCode: number },
): string {
  const { stdout, exitCode } = typeof answer === 'string' ? { stdout: answer, exitCode: 0 } : answer;
  const line = `${token} ${id} ${exitCode} 1500 ${Buffer.from(stdout).toString('base64')}. .`;
  if (parseFrame(line, token) === undefined) throw new Error(`the fake frame is wrong: ${line}`);
  return line;
}
