/** The Containers port: skopeo reads archives, umoci unpacks them, runc runs them; no engine, no daemon, no root. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AperiodicError } from '../../model/errors.ts';
import type { CommandResult } from '../../model/inspection.ts';
import type { Format } from '../../model/types.generated.ts';
import type { ContainerFacts, ContainerRun, Containers } from '../../ports/containers.ts';
import { sha256OfText } from '../host/digest.ts';
import { exec } from '../host/exec.ts';
import { openLayer } from './layer.ts';
import { type ContainerRequest, notStarted } from './protocol.ts';

const checkout = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const readSeconds = 300;

const transports: Partial<Record<Format, string>> = {
  oci: 'oci-archive',
  'docker-archive': 'docker-archive',
};

export function createContainers(): Containers {
  return { describe, open: openLayer, run };
}

async function describe(archive: string, format: Format): Promise<ContainerFacts> {
  const transport = transports[format];
  if (transport === undefined) throw new AperiodicError('internal', `${format} is not a form of a container`);
  const { stdout } = await exec('skopeo', ['inspect', '--config', '--raw', `${transport}:${archive}`], {
    failure: 'invalid',
    timeoutSeconds: readSeconds,
    what: 'the container image cannot be read',
  });
  const config: unknown = JSON.parse(stdout);
  const layers = isConfig(config) ? config.rootfs.diff_ids : undefined;
  if (!isConfig(config) || layers === undefined)
    throw new AperiodicError('invalid', 'the container image has no configuration that can be read');
  return { config: `sha256:${sha256OfText(stdout)}`, layers, architecture: config.architecture };
}

function isConfig(value: unknown): value is { architecture: string; rootfs: { diff_ids: string[] } } {
  if (typeof value !== 'object' || value === null || !('architecture' in value) || !('rootfs' in value))
    return false;
  const { architecture, rootfs } = value;
  if (typeof rootfs !== 'object' || rootfs === null || !('diff_ids' in rootfs)) return false;
  const { diff_ids: layers } = rootfs;
  return (
    typeof architecture === 'string' &&
    Array.isArray(layers) &&
    layers.every((layer: unknown) => typeof layer === 'string')
  );
}

/** Namespaces of a user as a build has them; with the last process of them everything ends. */
const apart = [
  ...['--user', '--map-root-user', '--map-auto', '--mount', '--pid', '--ipc', '--net'],
  ...['--fork', '--kill-child', '--mount-proc', '--'],
];

async function run(wanted: ContainerRun): Promise<CommandResult> {
  const { archive, architecture, folder, script, seconds, onLine } = wanted;
  const request: ContainerRequest = {
    archive: path.resolve(archive),
    architecture,
    folder: path.resolve(folder),
    script,
  };
  const loader = path.join(checkout, 'node_modules/tsx/dist/loader.mjs');
  const worker = path.join(checkout, 'scripts/adapters/container/worker.ts');
  const result = await exec('unshare', [...apart, process.execPath, '--import', loader, worker], {
    input: JSON.stringify(request),
    accept: Array.from({ length: 256 }, (_, code) => code),
    timeoutSeconds: seconds,
    failure: 'qa-failed',
    killed: 'host-failed',
    what: 'the container did not end',
    ...(onLine === undefined
      ? {}
      : { onLine: (line, stream) => (stream === 'stdout' ? onLine(line) : undefined) }),
  });
  if (result.exitCode !== notStarted) return result;
  const [code, ...lines] = result.stderr.trim().split('\n');
  const reason = lines.join('\n').trim().slice(-4000);
  // This machine's fault, and no word about the image.
  if (code === 'missing-tool') throw new AperiodicError('missing-tool', lines[0] ?? 'a program is missing');
  throw new AperiodicError('qa-failed', 'the container could not be started', { detail: reason });
}
