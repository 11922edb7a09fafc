/** A running guest: the Machine port over QEMU, ssh and files of the run's folder. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { CommandResult, Machine } from '../../ports.ts';
import { hasSshBanner } from './banner.ts';
import type { BootWatch } from './boot-watch.ts';
import type { EchoServer } from './echo-server.ts';
import type { HostWatch } from './host-watch.ts';
import { isOutOfSpace, pause, type QemuProcess } from './process.ts';
import { readSerialTail } from './serial.ts';
import { callSsh, type SshTarget } from './ssh.ts';

export interface MachineParts {
  qemu: QemuProcess;
  echo: EchoServer;
  ssh: SshTarget;
  publicKey: string;
  serialLog: string;
  watch: BootWatch;
  host: HostWatch;
  /** Folder for screenshots. */
  folder: string;
  /** Folder to remove when the guest is stopped: key, seed, disk. */
  temporary: string;
}

const pollMilliseconds = 500;
const bannerMilliseconds = 5_000;
/** For a login under emulation on a busy host: key exchange, session, sudo. */
const loginSeconds = 60;
/** What ssh(1) ends with when it is not the remote command that ended. */
const connectionLost = 255;
const bootIdFile = '/proc/sys/kernel/random/boot_id';

export class QemuMachine implements Machine {
  readonly #parts: MachineParts;
  #stopped: Promise<void> | undefined;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  get echoPort(): number {
    return this.#parts.echo.port;
  }

  get publicKey(): string {
    return this.#parts.publicKey;
  }

  async waitForLogin(seconds: number): Promise<void> {
    await this.#waitForBoot(seconds, () => true);
  }

  async run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult> {
    return await this.#blamingHost(() =>
      callSsh(this.#parts.ssh, {
        command: 'sudo -n bash -s',
        input: script,
        seconds,
        ...(onLine === undefined ? {} : { onLine }),
      }),
    );
  }

  async tryLogin(options: readonly string[], key: 'with-key' | 'without-key' = 'without-key') {
    return await this.#blamingHost(() =>
      callSsh(this.#parts.ssh, { command: 'id', options, key, seconds: loginSeconds }),
    );
  }

  async reboot(seconds: number): Promise<void> {
    const before = await this.#bootId();
    if (before === undefined) throw this.#failure('the guest did not say which boot it is in');
    // Detached and a moment later, so that this session ends by itself.
    await this.run('nohup sh -c "sleep 1; systemctl reboot" >/dev/null 2>&1 </dev/null &', loginSeconds);
    await this.#waitForBoot(seconds, (id) => id !== before);
  }

  async shutdown(seconds: number): Promise<void> {
    await this.run('nohup sh -c "sleep 1; systemctl poweroff" >/dev/null 2>&1 </dev/null &', loginSeconds);
    const deadline = Date.now() + seconds * 1000;
    while (this.#parts.qemu.running && Date.now() < deadline) await pause(pollMilliseconds);
    if (this.#parts.qemu.running) throw this.#failure(`the guest did not power off within ${seconds} s`);
  }

  async serialTail(lines: number): Promise<string> {
    return await readSerialTail(this.#parts.serialLog, lines);
  }

  async screenshot(name: string): Promise<string | undefined> {
    const file = path.join(this.#parts.folder, `${path.basename(name)}.png`);
    try {
      await this.#parts.qemu.qmp.execute('screendump', { filename: file, format: 'png' });
      return file;
    } catch {
      return undefined; // QEMU has ended, or was built without PNG: a picture is not worth an error.
    }
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#parts.host.stop();
    await this.#parts.qemu.stop();
    await this.#parts.echo.stop();
    await rm(this.#parts.temporary, { recursive: true, force: true });
  }

  /** Polls until a shell answers from a boot that is accepted. */
  async #waitForBoot(seconds: number, accepts: (bootId: string) => boolean): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    let last = 'ssh did not answer';
    while (Date.now() < deadline) {
      await this.#assertProcess();
      if (!this.#parts.qemu.running) {
        throw this.#failure('the guest ended: it switched itself off', await this.#parts.qemu.messages());
      }
      const deadEnd = await this.#parts.watch.deadEnd();
      if (deadEnd !== undefined) throw this.#failure(`the guest gave up: ${deadEnd.trim()}`);
      if (await hasSshBanner(this.#parts.ssh.port, bannerMilliseconds)) {
        const id = await this.#bootId();
        if (id !== undefined && accepts(id)) return;
        last =
          id === undefined ? 'the ssh server answered and let the key not in' : 'the guest did not restart';
      }
      await pause(pollMilliseconds);
    }
    await this.#assertHost();
    throw this.#failure(`no login within ${seconds} s: ${last}`);
  }

  /** What a guest answers, or does not, counts only where this machine did its part. */
  async #blamingHost(call: () => Promise<CommandResult>): Promise<CommandResult> {
    try {
      const result = await call();
      if (result.exitCode === connectionLost) await this.#assertHost();
      // The guest's clock is compared with ours.
      this.#assertTime(this.#parts.host.clockSet());
      return result;
    } catch (error) {
      await this.#assertHost();
      throw error;
    }
  }

  /** For when a guest did not answer. */
  async #assertHost(): Promise<void> {
    // The connection of a QEMU that is killed ends a moment before the process does.
    await Promise.race([this.#parts.qemu.ended, pause(pollMilliseconds)]);
    await this.#assertProcess();
    const { host } = this.#parts;
    this.#assertTime(host.clockSet() ?? host.stoodStill());
  }

  #assertTime(trouble: string | undefined): void {
    if (trouble !== undefined) throw new AperiodicError('host-failed', trouble);
  }

  /** A QEMU that was ended and a full disk of the host are not the image's fault. */
  async #assertProcess(): Promise<void> {
    const failure = await this.#parts.qemu.failure();
    if (failure !== undefined) throw failure;
    if (!(await isOutOfSpace(this.#parts.qemu.qmp))) return;
    const message = 'the disk is full: QEMU could not write what the guest wrote';
    throw new AperiodicError('disk-full', message, { file: this.#parts.folder });
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

  #failure(message: string, detail?: string): AperiodicError {
    return new AperiodicError('qa-failed', message, { detail });
  }
}
