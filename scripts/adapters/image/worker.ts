/** The build itself, run behind the outer wall: reads one request, makes /out/<name>.raw and its forms, reports in JSON lines. */
import { mkdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { processorOf } from '../../model/machine.ts';
import type { ContainerDigests } from '../../model/types.generated.ts';
import { ensureForeign } from '../foreign/run-foreign.ts';
import { diskFull } from '../host/files.ts';
import { findKernel, makeBootFiles } from './bootloader.ts';
import { clampTimes, cleanRoot } from './clean-root.ts';
import { configureRoot } from './configure-root.ts';
import { writeContainer } from './container.ts';
import { BuildContext } from './context.ts';
import { writeDisk } from './disk.ts';
import { fileSystemId, layOut } from './disk-layout.ts';
import { writeFormats } from './formats.ts';
import { makeInitramfs } from './initramfs.ts';
import { installPackages } from './install-packages.ts';
import type { WorkerMessage, WorkerRequest } from './protocol.ts';
import { runScripts, writeScriptLogs } from './run-scripts.ts';
import { inside } from './sandbox.ts';
import { labelRoot } from './selinux.ts';

/** A message must stay one line: see split-lines.ts. */
const longestDetail = 16_000;

function send(message: WorkerMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function build(request: WorkerRequest): Promise<ContainerDigests | undefined> {
  process.umask(0o022);
  const context = new BuildContext(request, send);
  const way = await ensureForeign(request.architecture, '/run');
  if (way !== 'native') context.note(`programs of ${request.architecture} run by qemu-user, ${way}`);
  if (request.spec.kind === 'container') return await buildContainer(context);
  await buildDisk(context);
  return undefined;
}

async function buildContainer(context: BuildContext): Promise<ContainerDigests> {
  await mkdir(inside.root);
  await installPackages(context);
  await configureRoot(context);
  const logs = await runScripts(context);
  await cleanRoot(context);
  await writeScriptLogs(context, logs);
  await clampTimes(inside.root, context.request.epoch);
  return await writeContainer(context);
}

async function buildDisk(context: BuildContext): Promise<void> {
  const { request } = context;
  const { architecture, seed } = request;
  const fsidOf = (mount: string) => fileSystemId(seed, mount);
  const layout = layOut(request.spec.partitions, seed, fsidOf, processorOf(architecture));
  await mkdir(inside.root);
  await installPackages(context);
  await configureRoot(context, layout);
  const logs = await runScripts(context);
  const kernel = await findKernel(context);
  await makeInitramfs(context, kernel);
  const boot = await makeBootFiles(context, layout, kernel);
  await cleanRoot(context);
  await writeScriptLogs(context, logs);
  if (request.payload === 'rpm') await labelRoot(context);
  await clampTimes(inside.root, request.epoch);
  const raw = path.join(inside.out, `${request.baseName}.raw`);
  await writeDisk(context, layout, boot, raw);
  await rm(inside.root, { recursive: true });
  await writeFormats(context, raw);
}

/** Which of the two places is full: people look at the disk first, and it may be the memory. */
async function describe(error: unknown): Promise<AperiodicError> {
  const known = toAperiodicError(diskFull(error, inside.out));
  if (known.code !== 'disk-full') return known;
  const { bavail, blocks, bsize } = await statfs(inside.build);
  if (bavail * bsize > 1024 * 1024) return known;
  const size = Math.floor((blocks * bsize) / 1024 / 1024);
  const { file, line, detail, message } = known;
  return new AperiodicError(
    'disk-full',
    `${message} (the image is made in memory: of this machine's, builds may use ${size} MiB)`,
    { file, line, detail, cause: error },
  );
}

try {
  const container = await build(JSON.parse(await text(process.stdin)) as WorkerRequest);
  send({ kind: 'done', ...(container === undefined ? {} : { container }) });
} catch (error) {
  const { code, message, detail, file, line } = await describe(error);
  send({
    kind: 'failed',
    code,
    message,
    ...(detail === undefined ? {} : { detail: detail.slice(-longestDetail) }),
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
  process.exitCode = 1;
}
