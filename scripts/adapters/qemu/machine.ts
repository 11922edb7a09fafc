/** A running guest: the Machine port over QEMU, ssh and files of the run's folder. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { findDeadEnd } from '../../model/console.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { CommandResult, Machine, Shell } from '../../ports.ts';
import type { EchoServer } from './echo-server.ts';
import { isOutOfSpace, type QemuProcess } from './process.ts';
import { readSerialTail } from './serial.ts';

export interface MachineParts {
  qemu: QemuProcess;
  echo: EchoServer;
  shell: Shell;
  serialLog: string;
  /** Folder for screenshots. */
  folder: string;
  /** Folder to remove when the guest is stopped: key, seed, disk. */
  temporary: string;
}

export class QemuMachine implements Machine {
  readonly #parts: MachineParts;
  #stopped: Promise<void> | undefined;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  get echoPort(): number {
    return this.#parts.echo.port;
  }

  async waitForLogin(seconds: number): Promise<void> {
    await this.#parts.shell.waitForLogin(seconds, () => this.#watch());
  }

  async run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult> {
    try {
      return await this.#parts.shell.run(script, seconds, onLine);
    } catch (error) {
      await this.#assertSpace();
      throw error;
    }
  }

  async tryLogin(options: readonly string[], key?: 'with-key' | 'without-key') {
    return await this.#parts.shell.tryLogin(options, key);
  }

  async reboot(seconds: number): Promise<void> {
    await this.#parts.shell.reboot(seconds, () => this.#watch());
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
    await this.#parts.qemu.stop();
    await this.#parts.echo.stop();
    await rm(this.#parts.temporary, { recursive: true, force: true });
  }

  /** @throws AperiodicError when the guest will never answer */
  async #watch(): Promise<void> {
    if (!this.#parts.qemu.running) {
      throw this.#failure('the guest ended', await this.#parts.qemu.messages());
    }
    await this.#assertSpace();
    const deadEnd = findDeadEnd(await this.serialTail(40));
    if (deadEnd !== undefined) throw this.#failure(`the guest gave up: ${deadEnd.trim()}`);
  }

  /** A full disk of the host is not the image's fault. */
  async #assertSpace(): Promise<void> {
    if (!(await isOutOfSpace(this.#parts.qemu.qmp))) return;
    const message = 'the disk is full: QEMU could not write what the guest wrote';
    throw new AperiodicError('disk-full', message, { file: this.#parts.folder });
  }

  #failure(message: string, detail?: string): AperiodicError {
    return new AperiodicError('qa-failed', message, { detail });
  }
}
