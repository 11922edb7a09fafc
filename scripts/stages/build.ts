/**
 * Fetched → Built: one image from kickstart, pins and store, in every published form.
 * Safe to run twice: the same inputs and tools give the same bytes, and artifacts are named by their digest.
 */
import path from 'node:path';
import { baseName } from '../model/base-name.ts';
import { assertKind, rawName } from '../model/image-formats.ts';
import { interpretKickstart } from '../model/kickstart/interpret.ts';
import type { Built, BuiltArtifact, Fetched } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';

export async function buildImage(fetched: Fetched, ports: Ports): Promise<Built> {
  const { job } = fetched;
  const task = ports.log.task(`build ${job.stream} ${job.version} ${job.architecture}`);
  try {
    const parsed = await ports.kickstarts.parse(job.kickstart);
    const { spec } = interpretKickstart(parsed, job.kickstart, {
      payload: job.payload,
      repositories: job.pins.request.repositories,
      architecture: job.architecture,
    });
    assertKind(spec.kind, job.formats, job.kickstart[0]?.file ?? 'kickstart');
    const base = baseName(job);
    const folder = await ports.artifacts.workFolder(`build-${base}`);
    const builder =
      job.builder === undefined ? {} : { builder: await ports.builders.open(job.builder, ports.store, task) };
    const request = { job, spec, baseName: base, folder, ...builder };
    const result = await ports.images.build(request, ports.store, task);
    const artifacts: BuiltArtifact[] = [];
    for (const { format, path: file } of result.artifacts) {
      const name = path.basename(file);
      artifacts.push({ name, format, file: await ports.artifacts.put(file, name) });
    }
    const raw = await ports.artifacts.put(result.raw, rawName(base, job.formats));
    task.done(`raw sha256 ${raw.sha256}`);
    const { tools, container } = result;
    return { job, raw, artifacts, tools, ...(container === undefined ? {} : { container }) };
  } catch (error) {
    task.failed(error instanceof Error ? error.message : String(error));
    throw error;
  }
}
