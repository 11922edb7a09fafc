/** A real container registry on the loopback, and small images to bring there. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { sha256OfFile } from '../../scripts/adapters/host/digest.ts';
import { cleanEnvironment, exec, tied } from '../../scripts/adapters/host/exec.ts';
import {
  blobName,
  type ContainerManifest,
  describeText,
  layoutMarker,
  mediaTypes,
  renderConfig,
  renderLayoutIndex,
  renderManifest,
} from '../../scripts/model/container/oci.ts';
import type { Architecture } from '../../scripts/model/types.generated.ts';
import type { Ending } from './temporary-folder.ts';

export interface ContainerRegistry {
  /** http://127.0.0.1:PORT */
  uri: string;
  /** 127.0.0.1:PORT */
  host: string;
  /** Requests that wrote something, as `METHOD PATH`. */
  writes(): string[];
}

/** @param folder gets configuration and content. @param htpasswd lines of a password file: without a login nothing is given */
export async function startRegistry(
  t: Ending,
  folder: string,
  htpasswd?: string,
): Promise<ContainerRegistry> {
  await mkdir(folder, { recursive: true });
  const config: Record<string, unknown> = {
    version: '0.1',
    log: { accesslog: { disabled: false }, level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: path.join(folder, 'content') } },
    http: { addr: '127.0.0.1:0', secret: randomBytes(16).toString('hex') },
  };
  if (htpasswd !== undefined) {
    await writeFile(path.join(folder, 'htpasswd'), htpasswd);
    config.auth = { htpasswd: { realm: 'test', path: path.join(folder, 'htpasswd') } };
  }
  const file = path.join(folder, 'config.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  const [command, args] = tied('docker-registry', ['serve', file]);
  const child = spawn(command, args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  const lines: string[] = [];
  const host = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`docker-registry ended\n${lines.join('\n')}`)));
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        const [, address] = /listening on (127\.0\.0\.1:\d+)/.exec(line) ?? [];
        if (address !== undefined) resolve(address);
      });
    }
  });
  const writes = () =>
    lines.flatMap((line) => {
      const [, what] = /"((?:PUT|POST|PATCH|DELETE) \S+) HTTP/.exec(line) ?? [];
      return what === undefined ? [] : [what];
    });
  return { uri: `http://${host}`, host, writes };
}

export interface SmallImage {
  manifest: ContainerManifest;
  /** Path of an archive of its OCI layout. */
  archive: string;
}

/** An image of one file, as the builder packs one. */
export async function makeSmallImage(
  folder: string,
  architecture: Architecture,
  version: string,
): Promise<SmallImage> {
  const blobs = path.join(folder, 'layout', 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  await writeFile(path.join(folder, 'hello'), `hello from ${architecture}\n`);
  const layer = path.join(folder, 'layer.tar');
  await exec('tar', ['--create', `--file=${layer}`, `--directory=${folder}`, '--mtime=@0', 'hello']);
  const before = await sha256OfFile(layer);
  await exec('gzip', ['-n', layer]);
  const packed = await sha256OfFile(`${layer}.gz`);
  await rename(`${layer}.gz`, path.join(blobs, packed.sha256));
  const identity = { stream: 'testix-1/base', name: 'Testix-Base-1', version, architecture, lang: 'C.UTF-8' };
  const configText = renderConfig(identity, `sha256:${before.sha256}`);
  const config = describeText(mediaTypes.config, configText);
  const text = renderManifest(config, {
    mediaType: mediaTypes.layer,
    digest: `sha256:${packed.sha256}`,
    size: packed.size,
  });
  const manifest = describeText(mediaTypes.manifest, text);
  await writeFile(path.join(blobs, blobName(config.digest)), configText);
  await writeFile(path.join(blobs, blobName(manifest.digest)), text);
  await writeFile(path.join(folder, 'layout', 'oci-layout'), layoutMarker);
  await writeFile(path.join(folder, 'layout', 'index.json'), renderLayoutIndex(manifest, version));
  const archive = path.join(folder, 'image.oci.tar');
  await exec('tar', [
    '--create',
    `--file=${archive}`,
    `--directory=${folder}/layout`,
    'blobs',
    'index.json',
    'oci-layout',
  ]);
  return { manifest: { architecture, digest: manifest.digest, size: manifest.size }, archive };
}
