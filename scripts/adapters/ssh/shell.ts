/** A machine's default user over ssh: the Shell port. */
import { AperiodicError } from '../../model/errors.ts';
import { noAnswer } from '../../model/launch.ts';
import type { CommandResult, Shell } from '../../ports.ts';
import { hasSshBanner } from './banner.ts';
import { callSsh, type SshTarget } from './client.ts';

const pollMilliseconds = 500;
const bannerMilliseconds = 5_000;
/** For a login under emulation on a busy host: key exchange, session, sudo. */
const loginSeconds = 60;
const bootIdFile = '/proc/sys/kernel/random/boot_id';

type Watch = () => Promise<void>;

export class SshShell implements Shell {
  readonly #target: SshTarget;

  constructor(target: SshTarget) {
    this.#target = target;
  }

  async waitForLogin(seconds: number, watch: Watch): Promise<void> {
    await this.#waitForBoot(seconds, watch, () => true);
  }

  async run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult> {
    return await callSsh(this.#target, {
      command: 'sudo -n bash -s',
      input: script,
      seconds,
      ...(onLine === undefined ? {} : { onLine }),
    });
  }

  async tryLogin(options: readonly string[], key: 'with-key' | 'without-key' = 'without-key') {
    return await callSsh(this.#target, { command: 'id', options, key, seconds: loginSeconds });
  }

  async reboot(seconds: number, watch: Watch, restart = () => this.#restart()): Promise<void> {
    const before = await this.#bootId();
    if (before === undefined) throw failure('the guest did not say which boot it is in');
    await restart();
    await this.#waitForBoot(seconds, watch, (id) => id !== before);
  }

  /** Detached and a moment later, so that this session ends by itself. */
  async #restart(): Promise<void> {
    await this.run('nohup sh -c "sleep 1; systemctl reboot" >/dev/null 2>&1 </dev/null &', loginSeconds);
  }

  /** Polls until a shell answers from a boot that is accepted. */
  async #waitForBoot(seconds: number, watch: Watch, accepts: (bootId: string) => boolean): Promise<void> {
    const { host, port } = this.#target;
    const deadline = Date.now() + seconds * 1000;
    let last: string = noAnswer;
    while (Date.now() < deadline) {
      await watch();
      if (await hasSshBanner(host, port, bannerMilliseconds)) {
        const id = await this.#bootId();
        if (id !== undefined && accepts(id)) return;
        last =
          id === undefined ? 'the ssh server answered and let the key not in' : 'the guest did not restart';
      }
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
    throw failure(`no login within ${seconds} s: ${last}`);
  }

  async #bootId(): Promise<string | undefined> {
    try {
      const result = await this.run(`cat ${bootIdFile}`, loginSeconds);
      const id = result.stdout.trim();
      return result.exitCode === 0 && id !== '' ? id : undefined;
    } catch (error) {
      // A guest that is going down or coming up may keep a connection open without a word.
      if (error instanceof AperiodicError && error.code === 'qa-failed') return undefined;
      throw error;
    }
  }
}

function failure(message: string): AperiodicError {
  return new AperiodicError('qa-failed', message);
}
