/** Is there an ssh server behind a port? QEMU accepts connections for its guest before the guest listens. */
import { createConnection } from 'node:net';

/** True when the server spoke first and began as an ssh server does (RFC 4253, section 4.2). */
export async function hasSshBanner(host: string, port: number, milliseconds: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection({ host, port });
    let received = '';
    const answer = (value: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => answer(false), milliseconds);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (received.length >= 4) answer(received.startsWith('SSH-'));
    });
    socket.on('error', () => answer(false));
    socket.on('close', () => answer(false));
  });
}
