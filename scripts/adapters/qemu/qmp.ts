/** A small client of QEMU's machine protocol: JSON lines over a unix socket (QEMU: docs/interop/qmp-spec). */
import { createConnection, type Socket } from 'node:net';
import { AperiodicError } from '../../model/errors.ts';

export interface QmpClient {
  /** Runs a command and returns its answer. @throws AperiodicError `host-failed` when refused, late or disconnected */
  execute(command: string, parameters?: Record<string, unknown>): Promise<unknown>;
  /** Told of each event that comes from now on, by name and data. */
  onEvent(listener: (event: string, data: Record<string, unknown>) => void): void;
  close(): void;
}

/** Longest line that is accepted, in bytes. */
const maxLine = 1024 * 1024;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Connects and leaves the negotiation mode.
 * @param milliseconds limit for connecting and for each command
 */
export async function connectQmp(socketPath: string, milliseconds: number): Promise<QmpClient> {
  const socket = createConnection(socketPath);
  const client = new Connection(socket, milliseconds);
  try {
    await client.greeting();
    await client.execute('qmp_capabilities');
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

class Connection implements QmpClient {
  readonly #socket: Socket;
  readonly #milliseconds: number;
  readonly #waiting = new Map<string, Waiting>();
  #buffer = '';
  #ended: Error | undefined;
  #count = 0;
  #listener: (event: string, data: Record<string, unknown>) => void = () => undefined;

  constructor(socket: Socket, milliseconds: number) {
    this.#socket = socket;
    this.#milliseconds = milliseconds;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#read(chunk));
    socket.on('error', (error) => this.#end(problem('the connection to QEMU broke', error)));
    socket.on('close', () => this.#end(problem('QEMU closed the connection')));
  }

  greeting(): Promise<unknown> {
    return this.#await('greeting', 'greeting');
  }

  async execute(command: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    const id = `${++this.#count}`;
    const answer = this.#await(id, command);
    if (this.#ended === undefined) {
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters, id })}\n`);
    }
    return await answer;
  }

  onEvent(listener: (event: string, data: Record<string, unknown>) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#socket.destroy();
    this.#end(problem('the connection to QEMU was closed'));
  }

  #await(id: string, what: string): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(problem(`QEMU did not answer ${what} within ${this.#milliseconds} ms`));
      }, this.#milliseconds);
      const settled = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
    });
  }

  #read(chunk: string): void {
    this.#buffer += chunk;
    const lines = this.#buffer.split('\n');
    this.#buffer = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#buffer.length > maxLine) {
      this.#socket.destroy();
      this.#end(problem('QEMU sent a line without an end'));
    }
  }

  #take(line: string): void {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message === undefined) {
      this.#socket.destroy();
      this.#end(problem('QEMU sent what is not JSON'));
    } else if ('QMP' in message) {
      this.#waiting.get('greeting')?.resolve(message.QMP);
    } else if ('return' in message) {
      this.#waiting.get(String(message.id))?.resolve(message.return);
    } else if ('error' in message) {
      const waiting = this.#waiting.get(String(message.id));
      waiting?.reject(problem(`QEMU refused: ${JSON.stringify(message.error).slice(0, 300)}`));
    } else if (typeof message.event === 'string') {
      const { data } = message;
      this.#listener(message.event, typeof data === 'object' && data !== null ? { ...data } : {});
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiting of [...this.#waiting.values()]) waiting.reject(this.#ended);
  }
}

function parseMessage(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function problem(message: string, cause?: unknown): AperiodicError {
  return new AperiodicError('host-failed', message, { cause });
}
