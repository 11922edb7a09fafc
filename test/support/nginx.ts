/** Debian's nginx on this machine, gone with this process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, tied } from '../../scripts/adapters/host/exec.ts';

/**
 * As one process, with a folder of its own.
 * @param server its server blocks, given where to listen
 * @returns where it listens as `http://`, whatever it speaks there
 */
export async function startNginx(folder: string, server: (listen: string) => string) {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const configuration = path.join(folder, 'nginx.conf');
  await writeFile(
    configuration,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr crit;
events { worker_connections 256; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; ${temporary.join(' ')}
  types { application/json json; }
  ${server(`127.0.0.1:${port}`)}
}
`,
  );
  const [command, argv] = tied('/usr/sbin/nginx', ['-p', folder, '-e', 'stderr', '-c', configuration]);
  const child = spawn(command, argv, { env: cleanEnvironment(), stdio: 'inherit' });
  const ended = once(child, 'exit');
  for (let attempt = 0; !(await isOpen(port)); attempt++) {
    if (attempt > 100 || child.exitCode !== null) {
      child.kill('SIGTERM');
      throw new Error('nginx does not answer');
    }
    await sleep(100);
  }
  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}
