/** Checks every request against GitHub's own description on its way to the stand-in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { freePort } from './rsync-daemon.ts';
import type { Ending } from './temporary-folder.ts';

const description = fileURLToPath(new URL('../fixtures/github/openapi.json', import.meta.url));

/**
 * A call that breaks the description, or is not in it, gets an error for an answer.
 * @returns its address
 */
export async function startPrism(t: Ending, upstream: string): Promise<string> {
  const port = await freePort();
  const entry = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
  const options = ['--host', '127.0.0.1', '--port', String(port), '--errors', '--cors', 'false'];
  const child = spawn(process.execPath, [entry, 'proxy', description, upstream, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let said = '';
  child.stdout.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: string) => {
      said += text;
      if (said.includes('Prism is listening')) resolve();
    });
    child.on('exit', () => reject(new Error(`prism ended: ${said}`)));
  });
  return `http://127.0.0.1:${port}`;
}
