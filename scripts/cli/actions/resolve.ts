/** Carries out `aperiodic resolve STREAM`: new pins from the distribution's solver, into the work tree. */
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { AperiodicError } from '../../model/errors.ts';
import { diffPins, isEmptyDiff, type PinsDiff } from '../../model/pins.ts';
import { pinsPath, streamPath } from '../../model/streams.ts';
import type { Architecture, Pins, Stream } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import type { Log } from '../../ports.ts';
import { renderPins } from '../../render/pins.ts';
import { solveStream } from '../../stages/solve.ts';
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
  const solved = await solveStream(id, await readStream(opened, id), workTree, { ...ports, log });
  const resolved: Resolved[] = [];
  for (const pins of solved) {
    const file = pinsPath(id, pins.architecture);
    const before = await workTree.read(file);
    const text = renderPins(pins);
    const written = text !== before;
    if (written) await writeFileAtomic(path.join(root, file), text);
    const diff = diffPins(before === undefined ? undefined : readPins(before, file), pins);
    const { architecture, packages } = pins;
    resolved.push({ architecture, path: file, packages: packages.length, written, diff });
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
