/**
 * In: a stream and the tree with its kickstarts. Out: the pins that the distribution's solver gives for it today.
 *
 * Writes nothing but the solver's own state, so it is safe to run any number of times.
 */
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import { flattenKickstart } from '../model/kickstart/flatten.ts';
import type { ImageSpec } from '../model/kickstart/image-spec.ts';
import { interpretKickstart } from '../model/kickstart/interpret.ts';
import { kickstartPathOf } from '../model/streams.ts';
import type { Tree } from '../model/tree.ts';
import type { Architecture, Pins, Stream } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';

/**
 * Solves every architecture, in the stream's order, once all of their kickstarts were read.
 * @throws AperiodicError `not-found` and `unsolvable` for a package, with the line of the kickstart that asks for it
 */
export async function solveStream(
  id: string,
  stream: Stream,
  tree: Pick<Tree, 'read'>,
  ports: Pick<Ports, 'builders' | 'kickstarts' | 'payloads' | 'log' | 'store'>,
): Promise<Pins[]> {
  const specs = [];
  for (const architecture of stream.architectures)
    specs.push({ architecture, spec: await readSpec(stream, architecture, tree, ports) });
  const solved: Pins[] = [];
  for (const { architecture, spec } of specs) {
    const task = ports.log.task(`resolve ${id} ${architecture}`);
    try {
      const { builder } = stream;
      if (builder !== undefined) await ports.builders.fetch(builder, ports.store, task);
      const solver =
        builder === undefined ? undefined : await ports.builders.open(builder, ports.store, task);
      const packages = await ports.payloads[stream.payload].solve(spec.request, architecture, task, solver);
      solved.push({ architecture, request: spec.request, packages });
      task.done(`${packages.length} packages`);
    } catch (error) {
      task.failed(toAperiodicError(error).message);
      throw atOrigin(toAperiodicError(error), spec);
    }
  }
  return solved;
}

/** The kickstart of an architecture, as machines of it take it. */
async function readSpec(
  stream: Stream,
  architecture: Architecture,
  tree: Pick<Tree, 'read'>,
  { kickstarts }: Pick<Ports, 'kickstarts'>,
): Promise<ImageSpec> {
  const { payload, repositories } = stream;
  const entry = kickstartPathOf(stream, architecture);
  const lines = await flattenKickstart(entry, (path) => tree.read(path));
  const context = { payload, repositories, entry, architecture };
  return interpretKickstart(await kickstarts.parse(lines), lines, context).spec;
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
