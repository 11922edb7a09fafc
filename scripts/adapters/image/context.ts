/** What every step of a build shares; only used inside the walls. */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { type ExecResult, exec } from '../host/exec.ts';
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

  /** build.log among the results: kept when the build fails. */
  log(line: string): void {
    appendFileSync(path.join(inside.out, 'build.log'), `${line}\n`);
  }

  /** Runs a program of the host behind the outer wall. */
  async run(command: string, args: readonly string[], options: StepOptions = {}): Promise<ExecResult> {
    this.log(
      `$ ${command} ${args.map((arg) => (arg.length > 200 ? `${arg.slice(0, 200)}...` : arg)).join(' ')}`,
    );
    return await exec(command, args, {
      failure: options.failure ?? 'build-failed',
      env: { ...this.environment, ...options.env },
      onLine: (line) => {
        this.log(line);
        options.onLine?.(line);
      },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.what === undefined ? {} : { what: options.what }),
    });
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
}
