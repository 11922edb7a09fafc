/** What every step of a build shares; only used inside the walls. */
import { appendFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { type ExecResult, exec } from '../host/exec.ts';
import { diskFull, statOf } from '../host/files.ts';
import type { WorkerMessage, WorkerRequest } from './protocol.ts';
import { buildEnvironment, innerWall, inside } from './sandbox.ts';

export interface StepOptions {
  input?: string;
  /** Extra environment. */
  env?: Record<string, string>;
  onLine?: (line: string) => void;
  failure?: ErrorCode;
  what?: string;
}

export class BuildContext {
  readonly request: WorkerRequest;
  readonly environment: Record<string, string>;
  private readonly send: (message: WorkerMessage) => void;
  private logFailure: unknown;

  constructor(request: WorkerRequest, send: (message: WorkerMessage) => void) {
    this.request = request;
    this.environment = buildEnvironment(request.epoch);
    this.send = send;
  }

  note(text: string): void {
    this.log(`== ${text}`);
    this.send({ kind: 'note', text });
  }

  progress(done: number, total: number, unit: string): void {
    this.send({ kind: 'progress', done, total, unit });
  }

  /** build.log among the results: kept when the build fails. A log that cannot be written ends the build in `run`. */
  log(line: string): void {
    try {
      appendFileSync(path.join(inside.out, 'build.log'), `${line}\n`);
    } catch (error) {
      this.logFailure ??= error;
    }
  }

  /** Runs a program of the host behind the outer wall. */
  async run(command: string, args: readonly string[], options: StepOptions = {}): Promise<ExecResult> {
    this.log(
      `$ ${command} ${args.map((arg) => (arg.length > 200 ? `${arg.slice(0, 200)}...` : arg)).join(' ')}`,
    );
    const running = exec(command, args, {
      failure: options.failure ?? 'build-failed',
      env: { ...this.environment, ...options.env },
      onLine: (line) => {
        this.log(line);
        options.onLine?.(line);
      },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.what === undefined ? {} : { what: options.what }),
    });
    const [result] = await Promise.allSettled([running]);
    if (this.logFailure !== undefined) throw diskFull(this.logFailure, path.join(inside.out, 'build.log'));
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  }

  /** Runs a program of the image, seeing nothing but the image's root. */
  async runInRoot(command: readonly string[], options: StepOptions = {}): Promise<ExecResult> {
    const [file, args] = innerWall(command, { ...this.environment, ...options.env });
    return await this.run(file, args, options);
  }

  /** A path of the image as the worker sees it. */
  inRoot(name: string): string {
    const full = path.join(inside.root, name);
    if (full !== inside.root && !full.startsWith(`${inside.root}/`)) {
      throw new AperiodicError('internal', `${name} leaves the image`);
    }
    return full;
  }

  /**
   * As `inRoot`, links followed: for whatever the worker itself reads or writes, since it sees more than the image and
   * a script can put a link anywhere.
   * @throws AperiodicError `build-failed` for a path that leads out of the image, or through a link to nothing
   */
  async followed(name: string): Promise<string> {
    const full = this.inRoot(name);
    for (let there = full; ; there = path.dirname(there)) {
      const real = await realpath(there).catch(() => undefined);
      if (real === undefined && (await statOf(there)) === undefined) continue;
      if (real === undefined || (real !== inside.root && !real.startsWith(`${inside.root}/`))) {
        const shown = there.slice(inside.root.length);
        throw new AperiodicError('build-failed', `${shown} of the image is a link that leads out of it`);
      }
      return path.join(real, path.relative(there, full));
    }
  }
}
