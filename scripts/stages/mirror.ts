/**
 * In: a release whose every architecture was built and tested, signed. Out: the same, with where each mirror holds it.
 *
 * Brings the artifacts and documents to every target, the CHECKSUM file last, has the mirror read them back, and removes releases that
 * need not be kept. Safe to run twice: names and bytes come from the candidate alone, a mirror that holds them already
 * is not written to, and one that failed does not keep the others from being complete.
 */
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { compareText } from '../model/order.ts';
import type {
  Candidate,
  FileRef,
  Mirrored,
  MirrorTarget,
  RecordedMirror,
  Signed,
} from '../model/types.generated.ts';
import { compareVersions, parseVersion } from '../model/version.ts';
import type { Mirror, MirrorFile, Ports } from '../ports.ts';

type MirrorPorts = Pick<Ports, 'artifacts' | 'mirror' | 'log'>;

/** @throws AperiodicError of the first mirror that failed, with the state of every one, after all were tried */
export async function mirrorRelease(candidate: Signed, ports: MirrorPorts): Promise<Mirrored> {
  const checksum = findChecksum(candidate);
  const files = await bringFiles([...listFiles(candidate, checksum), checksum], ports);
  const mirrors: RecordedMirror[] = [];
  const failures: { id: string; error: AperiodicError }[] = [];
  for (const target of candidate.targets) {
    try {
      await bringTo(target, candidate, files, ports);
      mirrors.push({ id: target.id, path: folderOf(candidate), checksum: checksum.file.sha256 });
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

interface NamedFile {
  name: string;
  file: FileRef;
}

function findChecksum(signed: Signed): NamedFile {
  const found = signed.documents.find(({ kind }) => kind === 'checksum');
  if (found !== undefined) return found;
  throw new AperiodicError('invalid', `${folderOf(signed)} has no CHECKSUM file: run 'aperiodic sign' first`);
}

/** Artifacts of all architectures and documents, by name. @throws AperiodicError `invalid` when two have one name */
function listFiles(signed: Signed, checksum: NamedFile): NamedFile[] {
  const artifacts = signed.architectures.flatMap(({ tested }) => tested.built.artifacts);
  const list = [...artifacts, ...signed.documents].sort((a, b) => compareText(a.name, b.name));
  const twice = list.find(({ name }, i) => list[i + 1]?.name === name);
  if (twice === undefined) return list.filter(({ name }) => name !== checksum.name);
  throw new AperiodicError('invalid', `${folderOf(signed)} has two files named ${twice.name}`);
}

async function bringFiles(list: readonly NamedFile[], { artifacts }: MirrorPorts): Promise<MirrorFile[]> {
  const files: MirrorFile[] = [];
  for (const { name, file } of list)
    files.push({ name, path: await artifacts.get(file), sha256: file.sha256, size: file.size });
  return files;
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
