/** The selection service beside nginx, which serves the same file from the same folder: requests a second, and how long they take. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { base, loadFixture } from '../model/catalog/catalog-fixture.ts';
import { startChildServer } from '../support/child-server.ts';
import { startNginx } from '../support/nginx.ts';
import { makeKey } from '../support/openpgp.ts';
import { writePublished } from '../support/published-folder.ts';
import { renderApi } from '../support/render-data.ts';
import { median } from './measure.ts';

/** Of each round: it is on loopback alone, and ends by itself. */
const load = { seconds: 4, connections: 32 };
const file = `/api/v1/streams/${base}/stream.json`;
const query = '/api/v1/find?distribution=testix&image=cloud-base&arch=x86_64&region=eu-west-1';
const entry = fileURLToPath(new URL('../../scripts/aperiodic.mjs', import.meta.url));

interface Pace {
  /** Requests a second. */
  rate: number;
  /** Milliseconds in which 99 of 100 were answered. */
  p99: number;
}

export async function benchServe(folder: string, rounds: number): Promise<void> {
  const site = path.join(folder, 'site');
  await writePublished(site, renderApi(await loadFixture()), await makeKey('releases'));
  const ours = await startChildServer(process.execPath, [entry, 'serve', site, '--port', '0', '--rate', '0']);
  const nginx = await startNginx(
    path.join(folder, 'nginx'),
    (listen) => `server { listen ${listen}; root ${site}; }`,
  );
  const paces: Record<string, Pace[]> = { nginx: [], ours: [], query: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      paces.nginx?.push(await measure(`${nginx.address}${file}`));
      paces.ours?.push(await measure(`${ours.endpoint}${file}`));
      paces.query?.push(await measure(`${ours.endpoint}${query}`));
    }
  } finally {
    await Promise.all([ours.stop(), nginx.stop()]);
  }
  console.log(`\nserve: ${load.connections} connections on loopback, ${load.seconds} s each`);
  const [theirs, own, found] = [middle(paces.nginx), middle(paces.ours), middle(paces.query)];
  print('nginx, a file of the API', theirs);
  print('aperiodic serve, the same file', own);
  print('aperiodic serve, a query', found);
  console.log(
    `  ratio ${(own.rate / theirs.rate).toFixed(2)} in requests a second, ${(own.p99 / theirs.p99).toFixed(2)} in p99`,
  );
}

function middle(list: readonly Pace[] = []): Pace {
  return { rate: median(list.map(({ rate }) => rate)), p99: median(list.map(({ p99 }) => p99)) };
}

function print(name: string, { rate, p99 }: Pace): void {
  console.log(
    `  ${name.padEnd(34)} ${rate.toFixed(0).padStart(8)} requests/s   p99 ${p99.toFixed(2).padStart(8)} ms`,
  );
}

/** By wrk, which counts answers that are not good. */
async function measure(url: string): Promise<Pace> {
  const args = [
    '--threads',
    '1',
    '--connections',
    `${load.connections}`,
    '--duration',
    `${load.seconds}s`,
    '--latency',
    url,
  ];
  const { stdout } = await promisify(execFile)('wrk', args);
  const [, rate] = /^Requests\/sec:\s+([\d.]+)$/m.exec(stdout) ?? [];
  const [, p99, unit = ''] = /^\s+99%\s+([\d.]+)(us|ms|s)\s*$/m.exec(stdout) ?? [];
  if (rate === undefined || p99 === undefined || /Non-2xx/.test(stdout))
    throw new Error(`wrk says:\n${stdout}`);
  const milliseconds: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };
  return { rate: Number(rate), p99: Number(p99) * (milliseconds[unit] ?? Number.NaN) };
}
