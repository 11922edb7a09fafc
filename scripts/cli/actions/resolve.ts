/** Carries out `aperiodic resolve STREAM`: new pins from the distribution's solver, into the work tree. */
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { flattenKickstart } from '../../model/kickstart/flatten.ts';
import type { ImageSpec } from '../../model/kickstart/image-spec.ts';
import { interpretKickstart } from '../../model/kickstart/interpret.ts';
import { diffPins, isEmptyDiff, type PinsDiff } from '../../model/pins.ts';
import { kickstartPathOf, pinsPath, streamPath } from '../../model/streams.ts';
import type { Architecture, Pins, Stream } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Log } from '../../ports.ts';
import { renderPins } from '../../render/pins.ts';
import type { Context, Outcome } from '../command.ts';
import { type Opened, openRepository } from '../open-repository.ts';

/** What became of the pins of one architecture. */
export interface Resolved {
  architecture: Architecture;
  path: string;
  packages: number;
  /** False when the file was right already and was not written. */
  written: boolean;
  diff: PinsDiff;
}

export async function runResolve(context: Context): Promise<Outcome> {
  const opened = await openRepository(context.root(), await context.config(), context.log);
  const resolved = await resolveStream(opened, context.given.argument('stream'), context.log);
  return { json: { resolved }, text: resolved.map(describe).join('\n') };
}

/**
 * Solves every architecture before it writes any.
 * @throws AperiodicError `not-found` for a stream, or for a package with the line of the kickstart that asks for it
 */
export async function resolveStream(opened: Opened, id: string, log: Log): Promise<Resolved[]> {
  const { workTree, ports, root } = opened;
  const stream = await readStream(opened, id);
  const specOf = async (architecture: Architecture): Promise<ImageSpec> => {
    const { payload, repositories } = stream;
    const entry = kickstartPathOf(stream, architecture);
    const lines = await flattenKickstart(entry, workTree.read);
    const context = { payload, repositories, entry, architecture };
    return interpretKickstart(await ports.kickstarts.parse(lines), lines, context).spec;
  };
  const results: { file: string; text: string; before: string | undefined; pins: Pins }[] = [];
  for (const architecture of stream.architectures) {
    const spec = await specOf(architecture);
    const task = log.task(`resolve ${id} ${architecture}`);
    try {
      const packages = await ports.payloads[stream.payload].solve(spec.request, architecture, task);
      const pins: Pins = { architecture, request: spec.request, packages };
      const file = pinsPath(id, architecture);
      results.push({ file, text: renderPins(pins), before: await workTree.read(file), pins });
      task.done(`${packages.length} packages`);
    } catch (error) {
      task.failed(toAperiodicError(error).message);
      throw atOrigin(toAperiodicError(error), spec);
    }
  }
  const resolved: Resolved[] = [];
  for (const { file, text, before, pins } of results) {
    const written = text !== before;
    if (written) await writeFileAtomic(path.join(root, file), text);
    const diff = diffPins(before === undefined ? undefined : readPins(before, file), pins);
    resolved.push({
      architecture: pins.architecture,
      path: file,
      packages: pins.packages.length,
      written,
      diff,
    });
  }
  return resolved;
}

async function readStream({ workTree }: Opened, id: string): Promise<Stream> {
  const file = streamPath(id);
  const text = /^[a-z0-9-]+\/[a-z0-9-]+$/.test(id) ? await workTree.read(file) : undefined;
  if (text === undefined) throw new AperiodicError('not-found', `there is no stream '${id}'`, { file });
  return parseYaml('Stream', text, file);
}

/** Old pins that cannot be read are simply replaced. */
function readPins(text: string, file: string): Pins | undefined {
  try {
    return parseYaml('Pins', text, file);
  } catch {
    return undefined;
  }
}

/** A package that no repository has is the fault of the line that asks for it. */
function atOrigin(error: AperiodicError, spec: ImageSpec): AperiodicError {
  if (error.code !== 'not-found' && error.code !== 'unsolvable') return error;
  const words = new Set(
    `${error.message}\n${error.detail ?? ''}`
      .split(/[^A-Za-z0-9.+-]+/)
      .map((word) => word.replace(/\.$/, '')),
  );
  const name = Object.keys(spec.packageOrigins).find((candidate) => words.has(candidate));
  const origin = name === undefined ? undefined : spec.packageOrigins[name];
  if (origin === undefined) return error;
  return new AperiodicError(error.code, error.message, { ...origin, detail: error.detail, cause: error });
}

function describe({ path: file, packages, written, diff }: Resolved): string {
  if (!written) return `${file}: unchanged, ${packages} packages`;
  if (isEmptyDiff(diff)) return `${file}: written, the same ${packages} packages`;
  const lines = [
    ...diff.added.map((pin) => `  + ${pin.name} ${pin.to}`),
    ...diff.removed.map((pin) => `  - ${pin.name} ${pin.from}`),
    ...diff.changed.map((change) => `  ~ ${change.name} ${change.from} → ${change.to}`),
  ];
  const shown = lines.length > 60 ? [...lines.slice(0, 60), `  … and ${lines.length - 60} more`] : lines;
  return [`${file}: written, ${packages} packages`, ...shown].join('\n');
}
