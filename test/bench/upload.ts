/** Sending an image to a local cloud, beside coldsnap, which sends the same file to the same kind of endpoint. */
import { randomFillSync } from 'node:crypto';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectoryValues } from '../../scripts/adapters/artifacts/values.ts';
import { createAwsCloud } from '../../scripts/adapters/aws/cloud.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import type { CloudRegion, Log } from '../../scripts/ports.ts';
import { blockSize } from '../../scripts/stages/cloud/blocks.ts';
import { ensureSnapshot } from '../../scripts/stages/cloud/snapshot.ts';
import { startChildServer } from '../support/child-server.ts';
import { findColdsnap, howToGet, runColdsnap } from '../support/coldsnap.ts';
import { median } from './measure.ts';

const size = 2 ** 30;
const blocks = size / blockSize;
/** Each fifth block is not zero. */
const every = 5;
const region = 'eu-west-1';
const nonZero = Math.ceil(blocks / every) * blockSize;

interface Sent {
  /** Until the snapshot is sealed. */
  seconds: number;
  /** By the log of the cloud, which is a process of its own. */
  bytes: number;
}

interface OursSent extends Sent {
  readBackSeconds: number;
  inFlight: { most: number; mean: number };
}

/** Prints MB/s of both (MB of the blocks that are not zero) and the ratio. Each round has a cloud of its own. */
export async function benchUpload(folder: string, rounds: number, log: Log): Promise<void> {
  const file = path.join(folder, 'upload.raw');
  await writeImage(file);
  const coldsnap = await findColdsnap();
  const theirs: Sent[] = [];
  const ours: OursSent[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (coldsnap !== undefined) {
      theirs.push(await withCloud(folder, (endpoint) => sendByColdsnap(coldsnap, file, endpoint)));
      console.error(`  upload, round ${round}: coldsnap ${theirs.at(-1)?.seconds.toFixed(2)} s`);
    }
    ours.push(await withCloud(folder, (endpoint) => sendOurs(folder, file, endpoint, log)));
    console.error(`  upload, round ${round}: aperiodic upload ${ours.at(-1)?.seconds.toFixed(2)} s`);
  }
  console.log(`\nupload to localcloud, ${size / 2 ** 20} MiB of which ${nonZero / 2 ** 20} MiB are not zero`);
  if (coldsnap !== undefined) report('coldsnap upload --omit-zero-blocks', theirs);
  report('aperiodic upload', ours);
  const flights = ours.map(({ inFlight: { most, mean } }) => `${most} (mean ${mean.toFixed(0)})`);
  console.log(`  ours: requests in flight ${flights.join(', ')}`);
  const back = median(ours.map(({ readBackSeconds }) => readBackSeconds));
  console.log(`  ours: then ${back.toFixed(2)} s to read all of it back, which coldsnap does not do`);
  if (coldsnap === undefined) console.log(`  coldsnap is not here, so there is no ratio: ${howToGet}`);
  else console.log(`  ratio ${(secondsOf(ours) / secondsOf(theirs)).toFixed(2)} (our time to theirs)`);
}

function report(name: string, sent: readonly Sent[]): void {
  const rate = nonZero / 1e6 / secondsOf(sent);
  const times = sent.map(({ seconds }) => seconds.toFixed(2)).join(', ');
  const bytes = Math.max(...sent.map((one) => one.bytes));
  console.log(
    `  ${name.padEnd(46)} ${rate.toFixed(1).padStart(8)} MB/s (${times} s)   sent ${bytes / 2 ** 20} MiB, ${(bytes / nonZero).toFixed(3)} of the non-zero`,
  );
}

function secondsOf(sent: readonly Sent[]): number {
  return median(sent.map(({ seconds }) => seconds));
}

async function writeImage(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.truncate(size);
    const data = Buffer.alloc(blockSize);
    for (let index = 0; index < blocks; index += every) {
      await handle.write(randomFillSync(data), 0, blockSize, index * blockSize);
    }
  } finally {
    await handle.close();
  }
}

/** A cloud of its own for each: one that has blocks already has less to write. Adds what its log says was sent. */
async function withCloud<T extends object>(
  folder: string,
  work: (endpoint: string) => Promise<T>,
): Promise<T & { bytes: number }> {
  const state = await mkdtemp(path.join(folder, 'cloud-'));
  const script = path.join(toolRoot, 'test/localcloud/support/run-cloud.ts');
  const cloud = await startChildServer(process.execPath, ['--import', 'tsx', script, state], toolRoot);
  try {
    const result = await work(cloud.endpoint);
    const requests = await readFile(path.join(state, 'requests.jsonl'), 'utf8');
    return { ...result, bytes: requests.split('"call":"PutSnapshotBlock"').length * blockSize - blockSize };
  } finally {
    await cloud.stop();
  }
}

async function sendByColdsnap(
  program: string,
  file: string,
  endpoint: string,
): Promise<Pick<Sent, 'seconds'>> {
  const start = performance.now();
  await runColdsnap(program, ['upload', '--no-progress', '--omit-zero-blocks', '--', file], {
    endpoint,
    region,
  });
  return { seconds: (performance.now() - start) / 1000 };
}

async function sendOurs(
  folder: string,
  file: string,
  endpoint: string,
  log: Log,
): Promise<Omit<OursSent, 'bytes'>> {
  const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
  const cloud = createAwsCloud({ clock, endpoint, credentials: DEFAULT_IDENTITY, home: region });
  const { watched, flights } = watchFlights(cloud.region(region));
  const values = createDirectoryValues(await mkdtemp(path.join(folder, 'values-')));
  const identity = {
    stream: 'bench/upload',
    name: 'Bench',
    version: '20260101.0',
    architecture: 'amd64',
    content: '0'.repeat(64),
    raw: '0'.repeat(64),
  } as const;
  const start = performance.now();
  await ensureSnapshot({ identity, file, size }, watched, { clock, values, log }, log.task('upload'));
  const end = performance.now();
  const { sealed, most, busy } = flights();
  return {
    seconds: (sealed - start) / 1000,
    readBackSeconds: (end - sealed) / 1000,
    inFlight: { most, mean: busy / (sealed - start) },
  };
}

/** The region, and how many blocks were under way at once: at most, and as milliseconds of all of them together. */
function watchFlights(plain: CloudRegion) {
  let [now, most, busy, sealed] = [0, 0, 0, 0];
  const watched: CloudRegion = {
    ...plain,
    putBlock: async (...block) => {
      now += 1;
      most = Math.max(most, now);
      const start = performance.now();
      try {
        await plain.putBlock(...block);
      } finally {
        now -= 1;
        busy += performance.now() - start;
      }
    },
    completeSnapshot: async (...snapshot) => {
      await plain.completeSnapshot(...snapshot);
      sealed = performance.now();
    },
  };
  return { watched, flights: () => ({ most, busy, sealed }) };
}
