/** A running guest: the Machine port over QEMU, ssh and files of the run's folder. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { CommandResult, LocalMachine, Shell } from '../../ports.ts';
import type { BootWatch } from './boot-watch.ts';
import type { EchoServer } from './echo-server.ts';
import type { HostWatch } from './host-watch.ts';
import { isOutOfSpace, pause, type QemuProcess } from './process.ts';
import { readSerialTail } from './serial.ts';

export interface MachineParts {
  qemu: QemuProcess;
  echo: EchoServer;
  shell: Shell;
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
/** For a login under emulation on a busy host: key exchange, session, sudo. */
const loginSeconds = 60;
/** What ssh(1) ends with when it is not the remote command that ended. */
const connectionLost = 255;

export class QemuMachine implements LocalMachine {
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
    await this.#blamingHostForSilence(() => this.#parts.shell.waitForLogin(seconds, () => this.#watch()));
  }

  async run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult> {
    return await this.#blamingHost(() => this.#parts.shell.run(script, seconds, onLine));
  }

  async tryLogin(options: readonly string[], key?: 'with-key' | 'without-key'): Promise<CommandResult> {
    return await this.#blamingHost(() => this.#parts.shell.tryLogin(options, key));
  }

  async reboot(seconds: number): Promise<void> {
    await this.#blamingHostForSilence(() => this.#parts.shell.reboot(seconds, () => this.#watch()));
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

  /** @throws AperiodicError when the guest will never answer */
  async #watch(): Promise<void> {
    await this.#assertProcess();
    if (!this.#parts.qemu.running) {
      throw this.#failure('the guest ended: it switched itself off', await this.#parts.qemu.messages());
    }
    const deadEnd = await this.#parts.watch.deadEnd();
    if (deadEnd !== undefined) throw this.#failure(`the guest gave up: ${deadEnd.trim()}`);
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

  async #blamingHostForSilence(wait: () => Promise<void>): Promise<void> {
    try {
      await wait();
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

  #failure(message: string, detail?: string): AperiodicError {
    return new AperiodicError('qa-failed', message, { detail });
  }
}
