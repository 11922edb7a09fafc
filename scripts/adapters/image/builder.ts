/** The ImageBuilder port: prepares what a build may see, runs the worker behind the walls, and checks what came out. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { formatName, rawName } from '../../model/image-formats.ts';
import { processorOf } from '../../model/machine.ts';
import type { Architecture, ContainerDigests, Tools } from '../../model/types.generated.ts';
import type { Builder, BuildRequest, BuildResult, ImageBuilder, Store, Task } from '../../ports.ts';
import { exec } from '../host/exec.ts';
import { thisProcessor } from '../host/packages.ts';
import { newestDate } from './package-date.ts';
import type { WorkerMessage, WorkerRequest } from './protocol.ts';
import { inside, type OuterWall, outerWall } from './sandbox.ts';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** Debian packages of the host whose versions can show in the bytes. */
const shapingPackages = [
  'mmdebstrap',
  'apt',
  'dpkg',
  'rpm',
  'tar',
  'gzip',
  'fdisk',
  'util-linux',
  'e2fsprogs',
  'dosfstools',
  'mtools',
  'qemu-utils',
  'zstd',
  'bubblewrap',
];

/** @param storeFolder folder of the directory store: the walls let it through, read-only */
export function createImageBuilder(options: { storeFolder: string }): ImageBuilder {
  return {
    async build(request: BuildRequest, store: Store, task: Task): Promise<BuildResult> {
      const { job, baseName, folder, builder } = request;
      const epoch = await newestDate(job.pins.packages, store, job.payload, builder);
      if (epoch * 1000 > Date.now()) {
        throw new AperiodicError(
          'build-failed',
          "this machine's clock is behind the newest package: set it and build again",
        );
      }
      const container = await runWorker(
        {
          spec: request.spec,
          payload: job.payload,
          ...(builder === undefined ? {} : { builder: true }),
          pins: job.pins.packages,
          architecture: job.architecture,
          seed: `${job.stream} ${job.architecture}`,
          epoch,
          formats: job.formats,
          release: { stream: job.stream, name: job.name, version: job.version },
          baseName,
        },
        { store: options.storeFolder, out: folder, builder: builder?.root },
        task,
      );
      const artifacts = job.formats.map((format) => ({
        format,
        path: path.join(folder, formatName(baseName, format)),
      }));
      const raw = path.join(folder, rawName(baseName, job.formats));
      for (const file of [raw, ...artifacts.map((artifact) => artifact.path)]) await stat(file);
      return {
        raw,
        artifacts,
        tools: await toolVersions(job.architecture, builder),
        ...(container === undefined ? {} : { container }),
      };
    },
  };
}

/**
 * What the worker's code needs: its own files, and Node where it is not below /usr. Not the whole checkout: .git and
 * .aperiodic may hold what is nobody's business.
 */
export function readablePaths(): string[] {
  const own = ['package.json', 'node_modules', 'scripts'].map((name) => path.join(checkout, name));
  const node = path.dirname(path.dirname(process.execPath));
  return [...own, node].filter((name) => name !== '/usr' && !name.startsWith('/usr/'));
}

async function runWorker(
  request: WorkerRequest,
  wall: Pick<OuterWall, 'store' | 'out' | 'builder'>,
  task: Task,
): Promise<ContainerDigests | undefined> {
  const worker = path.join(checkout, 'scripts/adapters/image/worker.ts');
  const loader = path.join(checkout, 'node_modules/tsx/dist/loader.mjs');
  const [file, args] = outerWall({ readable: readablePaths(), ...wall }, [
    process.execPath,
    '--import',
    loader,
    worker,
  ]);
  let end: WorkerMessage | undefined;
  const result = await exec(file, args, {
    input: JSON.stringify(request),
    accept: [0, 1],
    failure: 'build-failed',
    what: 'the build was ended from outside',
    onLine: (line, stream) => {
      const message = stream === 'stdout' ? parseMessage(line) : undefined;
      if (message?.kind === 'note') task.note(message.text);
      else if (message?.kind === 'progress') task.progress(message.done, message.total, message.unit);
      else if (message !== undefined) end = message;
    },
  });
  if (end === undefined) {
    throw new AperiodicError(
      'build-failed',
      'the build could not start behind its walls: run aperiodic doctor',
      {
        detail: result.stderr.trim().slice(-4000),
      },
    );
  }
  if (end.kind === 'failed') throw failure(end, wall.out);
  return end.kind === 'done' ? end.container : undefined;
}

function parseMessage(line: string): WorkerMessage | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as WorkerMessage) : undefined;
}

function failure(end: Extract<WorkerMessage, { kind: 'failed' }>, out: string): AperiodicError {
  const log = `the whole log is ${path.join(out, 'build.log')}`;
  return new AperiodicError(end.code as ErrorCode, end.message.replaceAll(inside.out, out), {
    file: end.file,
    line: end.line,
    detail: end.detail === undefined ? log : `${end.detail}\n${log}`,
  });
}

/**
 * Versions of the host's tools and the builder's, for the record: equal inputs and tools give equal bytes. Of an image for
 * another processor also what ran its programs.
 */
export async function toolVersions(architecture: Architecture, builder?: Builder): Promise<Tools> {
  const foreign = processorOf(architecture) !== thisProcessor;
  const names = [...shapingPackages, ...(foreign ? ['qemu-user-static'] : [])];
  const format = '${Package} ${Version}\\n';
  const { stdout } = await exec('dpkg-query', ['--show', `--showformat=${format}`, ...names], {
    accept: [0, 1],
  });
  const tools: Tools = {};
  for (const line of stdout.trim().split('\n').sort()) {
    const [name, version] = line.split(' ');
    if (name !== undefined && version !== undefined && version !== '') tools[name] = version;
  }
  if (builder !== undefined) Object.assign(tools, { builder: builder.digest, rpm: builder.rpm });
  return tools;
}
