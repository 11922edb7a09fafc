/** The build itself, run behind the outer wall: reads one request, makes /out/<name>.raw and its forms, reports in JSON lines. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { toAperiodicError } from '../../model/errors.ts';
import { findKernel, makeBootFiles } from './bootloader.ts';
import { clampTimes, cleanRoot } from './clean-root.ts';
import { configureRoot } from './configure-root.ts';
import { BuildContext } from './context.ts';
import { writeDisk } from './disk.ts';
import { layOut } from './disk-layout.ts';
import { writeFormats } from './formats.ts';
import { deriveUuid, deriveVolumeId } from './identifiers.ts';
import { installDebs } from './install-debs.ts';
import type { WorkerMessage, WorkerRequest } from './protocol.ts';
import { runScripts, writeScriptLogs } from './run-scripts.ts';
import { inside } from './sandbox.ts';

function send(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function build(request: WorkerRequest): Promise<void> {
  process.umask(0o022);
  const context = new BuildContext(request, send);
  const layout = layOut(request.spec.partitions, request.seed, (mount) =>
    mount === '/'
      ? deriveUuid(request.seed, 'file system /')
      : deriveVolumeId(request.seed, `file system ${mount}`),
  );
  await mkdir(inside.root);
  await installDebs(context);
  await configureRoot(context, layout);
  const logs = await runScripts(context);
  const kernel = await findKernel(context);
  context.note('making the initramfs');
  await context.runInRoot(['update-initramfs', '-c', '-k', kernel], {
    what: 'the initramfs could not be made',
  });
  const boot = await makeBootFiles(context, layout, kernel);
  await cleanRoot(context);
  await writeScriptLogs(context, logs);
  await clampTimes(inside.root, request.epoch);
  const raw = path.join(inside.out, `${request.baseName}.raw`);
  await writeDisk(context, layout, boot, raw);
  await rm(inside.root, { recursive: true });
  await writeFormats(context, raw);
}

try {
  await build(JSON.parse(await text(process.stdin)) as WorkerRequest);
  send({ kind: 'done' });
} catch (error) {
  const { code, message, detail, file, line } = toAperiodicError(error);
  send({
    kind: 'failed',
    code,
    message,
    ...(detail === undefined ? {} : { detail }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
  process.exitCode = 1;
}
