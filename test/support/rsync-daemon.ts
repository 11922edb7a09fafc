/** A real rsync daemon on the loopback, and a gate before it that counts bytes and can break connections. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RsyncDaemon {
  /** Address of the module `pub`, which shows `root`. */
  url: string;
  port: number;
  root: string;
  /** What the daemon logged so far; one line for each file that was sent or removed. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

export interface DaemonOptions {
  port?: number;
  /** More lines of the module's section in rsyncd.conf. */
  module?: string[];
}

/** @param folder gets the configuration, the log, and the folder `pub` of the module */
export async function startRsyncDaemon(
  t: Pick<TestContext, 'after'>,
  folder: string,
  options: DaemonOptions = {},
): Promise<RsyncDaemon> {
  const root = join(folder, 'pub');
  const logFile = join(folder, 'rsyncd.log');
  await mkdir(root, { recursive: true });
  const port = options.port ?? (await freePort());
  // A daemon that is root would serve as nobody, who may not write here.
  const user = process.getuid?.() === 0 ? ['uid = 0', 'gid = 0'] : [];
  const config = [
    ...user,
    'use chroot = no',
    `log file = ${logFile}`,
    'transfer logging = yes',
    'log format = %o %f',
    '[pub]',
    `path = ${root}`,
    'read only = no',
    ...(options.module ?? []),
  ];
  await writeFile(join(folder, 'rsyncd.conf'), `${config.join('\n')}\n`);
  const args = ['--daemon', '--no-detach', `--config=${join(folder, 'rsyncd.conf')}`];
  const child = spawn('rsync', [...args, '--address=127.0.0.1', `--port=${port}`], { stdio: 'ignore' });
  const stop = () => stopChild(child);
  t.after(stop);
  await waitForPort(port, child);
  return {
    url: `rsync://127.0.0.1:${port}/pub`,
    port,
    root,
    log: () => readFile(logFile, 'utf8'),
    stop,
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Server): number {
  const address = server.address() as AddressInfo;
  return address.port;
}

async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
  throw new Error(`the rsync daemon ended with exit code ${child.exitCode}`);
}

export interface Gate {
  port: number;
  /** Bytes that clients sent through it. */
  sent(): number;
  /** Breaks the connection, once, when a client has sent this much more; `broken` is called then. */
  breakAfter(bytes: number, broken?: () => void): void;
  /** Lets this many more connections in, and then none. */
  closeAfter(connections: number): void;
}

/** Passes connections on to a port of the loopback. */
export async function startGate(t: Pick<TestContext, 'after'>, target: number): Promise<Gate> {
  let sent = 0;
  let limit = Number.POSITIVE_INFINITY;
  let onBreak: (() => void) | undefined;
  let admitted = Number.POSITIVE_INFINITY;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (admitted-- <= 0) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      sent += chunk.length;
      if (sent < limit) return;
      limit = Number.POSITIVE_INFINITY;
      client.destroy();
      upstream.destroy();
      onBreak?.();
    });
    client.pipe(upstream);
    upstream.pipe(client);
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: portOf(server),
    sent: () => sent,
    breakAfter: (bytes, broken) => {
      limit = sent + bytes;
      onBreak = broken;
    },
    closeAfter: (connections) => {
      admitted = connections;
    },
  };
}
