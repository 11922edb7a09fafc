/**
 * In: a release whose every architecture was built and tested. Out: the same, with where each mirror holds it.
 *
 * Brings the artifacts and a CHECKSUM file to every target, has the mirror read them back, and removes releases that
 * need not be kept. Safe to run twice: names and bytes come from the candidate alone, a mirror that holds them already
 * is not written to, and one that failed does not keep the others from being complete.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import type { Candidate, FileRef, Mirrored, MirrorTarget, RecordedMirror } from '../model/types.generated.ts';
import { compareVersions, parseVersion } from '../model/version.ts';
import type { Mirror, MirrorFile, Ports } from '../ports.ts';
import { checksumFileName, renderChecksums } from '../render/checksum.ts';

type MirrorPorts = Pick<Ports, 'artifacts' | 'mirror' | 'log'>;

/** @throws AperiodicError of the first mirror that failed, with the state of every one, after all were tried */
export async function mirrorRelease(candidate: Candidate, ports: MirrorPorts): Promise<Mirrored> {
  const checksum = await writeChecksums(candidate, ports);
  const files = [...(await artifactFiles(candidate, ports)), checksum];
  const mirrors: RecordedMirror[] = [];
  const failures: { id: string; error: AperiodicError }[] = [];
  for (const target of candidate.targets) {
    try {
      await bringTo(target, candidate, files, ports);
      mirrors.push({ id: target.id, path: folderOf(candidate), checksum: checksum.sha256 });
    } catch (error) {
      failures.push({ id: target.id, error: toAperiodicError(error) });
    }
  }
  if (failures.length > 0) throw failureOf(candidate, mirrors, failures);
  return { candidate, mirrors };
}

/** Versions of the stream that a mirror need not keep, of those it holds. */
export function findPrunable(
  held: readonly string[],
  candidate: Pick<Candidate, 'version' | 'retained'>,
  keep: number,
): string[] {
  const live = [...new Set([candidate.version, ...candidate.retained])].sort(compareVersions).reverse();
  const kept = new Set([candidate.version, ...live.slice(0, Math.max(1, keep))]);
  return held.filter(
    (name) =>
      parseVersion(name) !== undefined && !kept.has(name) && compareVersions(name, candidate.version) < 0,
  );
}

function folderOf({ stream, version }: Candidate): string {
  return `${stream}/${version}`;
}

/** Of all architectures, by name. @throws AperiodicError `invalid` when two have one name */
function listArtifacts(candidate: Candidate): { name: string; file: FileRef }[] {
  const list = candidate.architectures
    .flatMap(({ tested }) => tested.built.artifacts)
    .sort((a, b) => compareText(a.name, b.name));
  const twice = list.find(({ name }, i) => list[i + 1]?.name === name);
  if (twice === undefined) return list;
  throw new AperiodicError('invalid', `${folderOf(candidate)} has two files named ${twice.name}`);
}

async function artifactFiles(candidate: Candidate, { artifacts }: MirrorPorts): Promise<MirrorFile[]> {
  const files: MirrorFile[] = [];
  for (const { name, file } of listArtifacts(candidate)) {
    files.push({ name, path: await artifacts.get(file), sha256: file.sha256, size: file.size });
  }
  return files;
}

async function writeChecksums(candidate: Candidate, { artifacts }: MirrorPorts): Promise<MirrorFile> {
  const names = new Set(candidate.architectures.map(({ tested }) => tested.built.job.name));
  const [streamName] = names;
  if (streamName === undefined || names.size !== 1) {
    throw new AperiodicError(
      'invalid',
      `${folderOf(candidate)} joins jobs of other names: ${[...names].join(', ')}`,
    );
  }
  const name = checksumFileName(streamName, candidate.version);
  const entries = listArtifacts(candidate).map((artifact) => ({ name: artifact.name, ...artifact.file }));
  const path = join(await artifacts.workFolder(`${folderOf(candidate)}/mirror`), name);
  await writeFile(path, renderChecksums(entries));
  const file = await artifacts.put(path, name);
  return { name, path: await artifacts.get(file), sha256: file.sha256, size: file.size };
}

async function bringTo(
  target: MirrorTarget,
  candidate: Candidate,
  files: readonly MirrorFile[],
  ports: MirrorPorts,
): Promise<void> {
  const folder = folderOf(candidate);
  const task = ports.log.task(`mirror ${folder} to ${target.id}`);
  try {
    const mirror = ports.mirror(target.id);
    await mirror.publish(folder, files, task);
    if (!(await mirror.holds(folder, files))) {
      throw new AperiodicError(
        'digest-mismatch',
        `the mirror ${target.id} does not hold ${folder} as it was published: run it again`,
      );
    }
    await prune(mirror, target, candidate, ports);
    task.done();
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

/** Old releases that stay too long do no harm, so a mirror that will not remove them does not stop a new one. */
async function prune(
  mirror: Mirror,
  target: MirrorTarget,
  candidate: Candidate,
  { log }: MirrorPorts,
): Promise<void> {
  try {
    for (const version of findPrunable(await mirror.list(candidate.stream), candidate, target.keep)) {
      await mirror.remove(`${candidate.stream}/${version}`);
      log.info(
        `removed ${candidate.stream}/${version} from the mirror ${target.id}, which keeps ${target.keep}`,
      );
    }
  } catch (error) {
    const { message } = toAperiodicError(error);
    log.warn(`the mirror ${target.id} keeps old releases of ${candidate.stream}: ${message}`);
  }
}

function failureOf(
  candidate: Candidate,
  mirrors: readonly RecordedMirror[],
  failures: readonly { id: string; error: AperiodicError }[],
): AperiodicError {
  const states = [
    ...mirrors.map(({ id }) => `${id}: complete`),
    ...failures.map(({ id, error }) =>
      [`${id}: ${error.located}`, ...(error.detail?.split('\n') ?? [])].join('\n  '),
    ),
  ];
  const total = candidate.targets.length;
  const first = failures[0]?.error;
  return new AperiodicError(
    first?.code ?? 'internal',
    `${failures.length} of ${total} mirrors failed for ${folderOf(candidate)}, starting with ` +
      `${failures[0]?.id}: ${first?.message}. Run it again: what is complete stays`,
    { detail: states.join('\n'), cause: first },
  );
}
