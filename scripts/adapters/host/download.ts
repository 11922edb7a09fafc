/** Brings pinned packages into the store with apt's own client, which checks each against its pin. */
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Pin } from '../../model/types.generated.ts';
import type { Store, Task } from '../../ports.ts';
import { exec } from './exec.ts';
import { statOf } from './files.ts';

const helper = '/usr/lib/apt/apt-helper';
/** Packages in one call of apt-helper: keeps the argument list short and progress visible. */
const batchSize = 40;

interface Wanted {
  pin: Pin;
  file: string;
  uris: readonly string[];
}

/** What differs between kinds of packages. */
export interface PackageSource {
  /** Addresses of a package as apt-helper takes them, best first. */
  locate(pin: Pin): Promise<readonly string[]>;
  /** Looks at a package whose bytes are the pinned ones before it comes into the store. @throws what it finds */
  check?(pin: Pin, file: string): Promise<void>;
}

/** The parts of a path, each escaped for an address. */
export function encodePath(name: string): string {
  return name
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll('%3A', ':'))
    .join('/');
}

/**
 * @throws AperiodicError `pin-gone` naming every package that no repository has any more; `digest-mismatch` when a
 *   repository serves other bytes; `unreachable` for servers that are away. What did arrive stays in the store.
 */
export async function downloadPackages(
  pins: readonly Pin[],
  source: PackageSource,
  store: Store,
  task: Task,
): Promise<void> {
  const folder = await store.temporaryFolder();
  try {
    const wanted = await Promise.all(
      pins.map(async (pin) => ({
        pin,
        file: path.join(folder, `${pin.sha256}.package`),
        uris: await source.locate(pin),
      })),
    );
    const total = pins.reduce((sum, pin) => sum + pin.size, 0);
    let done = 0;
    const failures: { wanted: Wanted; reason: string }[] = [];
    for (let at = 0; at < wanted.length; at += batchSize) {
      const batch = wanted.slice(at, at + batchSize);
      const watcher = setInterval(
        () => void arrived(batch).then((bytes) => task.progress(done + bytes, total, 'bytes')),
        500,
      );
      try {
        failures.push(...(await downloadBatch(batch, source, store)));
      } finally {
        clearInterval(watcher);
      }
      done += batch.reduce((sum, { pin }) => sum + pin.size, 0);
      task.progress(done, total, 'bytes');
    }
    if (failures.length > 0) throw describe(failures);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function arrived(batch: readonly Wanted[]): Promise<number> {
  const sizes = await Promise.all(
    batch.map(({ file }) =>
      stat(file).then(
        (s) => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function downloadBatch(
  batch: readonly Wanted[],
  source: PackageSource,
  store: Store,
): Promise<{ wanted: Wanted; reason: string }[]> {
  const reasons = new Map<Wanted, string>();
  let open = [...batch];
  for (let turn = 0; open.length > 0; turn++) {
    const tried = open.filter(({ uris }) => uris[turn] !== undefined);
    if (tried.length === 0) break;
    const words = await callHelper(tried, turn);
    const still: Wanted[] = [];
    for (const wanted of tried) {
      const there = await statOf(wanted.file);
      // Of a transfer that broke off apt-helper leaves what came.
      if (there?.isFile() && (words === '' || there.size === wanted.pin.size)) {
        await source.check?.(wanted.pin, wanted.file);
        await store.add(wanted.file, wanted.pin.sha256);
      } else {
        await rm(wanted.file, { force: true });
        still.push(wanted);
        reasons.set(wanted, reasonFor(wanted, turn, words));
      }
    }
    open = still;
  }
  return open.map((wanted) => ({ wanted, reason: reasons.get(wanted) ?? 'no address' }));
}

/**
 * apt-helper removes files whose digest is wrong and goes on with the others after a failure. Where another address is left
 * it is not worth to wait for this one: apt pauses longer before each retry.
 */
async function callHelper(wanted: readonly Wanted[], turn: number): Promise<string> {
  const retries = wanted.every(({ uris }) => uris[turn + 1] !== undefined) ? 0 : 3;
  const triples = wanted.flatMap(({ uris, file, pin }) => [uris[turn] ?? '', file, `SHA256:${pin.sha256}`]);
  const result = await exec(
    helper,
    ['-q', '-o', 'APT::Sandbox::User=root', '-o', `Acquire::Retries=${retries}`, 'download-file', ...triples],
    {
      accept: [0, 1, 100],
    },
  );
  return result.exitCode === 0 ? '' : `${result.stdout}\n${result.stderr}`;
}

function reasonFor({ uris, file }: Wanted, turn: number, words: string): string {
  const uri = uris[turn] ?? '';
  const about = words
    .split('\n')
    .filter((line, i, all) => line.includes(uri) || line.includes(file) || (all[i - 1] ?? '').includes(uri));
  return about.join(' ').trim() || words.trim();
}

function describe(failures: readonly { wanted: Wanted; reason: string }[]): AperiodicError {
  const list = failures
    .map(({ wanted: { pin } }) => `${pin.name} ${pin.version} (${pin.repository})`)
    .join(', ');
  const detail = failures
    .map(({ wanted: { pin }, reason }) => `${pin.name}: ${reason}`)
    .join('\n')
    .slice(0, 8000);
  const some = (pattern: RegExp) => failures.some(({ reason }) => pattern.test(reason));
  if (some(/Hash Sum mismatch|unexpected size/i)) {
    return new AperiodicError(
      'digest-mismatch',
      `a repository serves other bytes than were pinned for: ${list}`,
      { detail },
    );
  }
  if (some(/404|File not found|No such file/i)) {
    return new AperiodicError(
      'pin-gone',
      `pinned packages are neither in the store nor in their repository any more: ${list}; run 'aperiodic resolve' for new pins`,
      { detail },
    );
  }
  return new AperiodicError('unreachable', `packages could not be downloaded: ${list}`, { detail });
}
