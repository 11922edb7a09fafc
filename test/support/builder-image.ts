/** Builder images: container images of a root, in a real registry on the loopback. */
import { mkdir, readFile, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../../scripts/adapters/host/digest.ts';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { statOf } from '../../scripts/adapters/host/files.ts';
import {
  type Descriptor,
  describeText,
  layoutMarker,
  mediaTypes,
  renderLayoutIndex,
} from '../../scripts/model/container/oci.ts';
import type { ContainerRegistry } from './container-registry.ts';

/** Go's word for this machine. */
export const machine = process.arch === 'x64' ? 'amd64' : process.arch;

/** python3.11, or what is this machine's. */
const python = path.basename(await realpath('/usr/bin/python3'));
const dist = '/usr/lib/python3/dist-packages';
/** Of dist-packages, what dnf imports. */
const modules = ['dnf', 'rpm', 'hawkey', 'libdnf', 'libcomps', 'gpg', 'unbound', 'six.py', 'distro'];
const programs = ['rpm', 'rpmdb', 'rpmkeys', 'bash', 'sh', python, 'gpg', 'gpgconf'];
const left = ['__pycache__', 'test', 'idlelib', 'tkinter', '_tkinter*', 'ensurepip', 'lib2to3', 'config-3*'];

/**
 * Layers of a root with this machine's own rpm and dnf, as Debian's packages of the same names would fill it: by copies, which
 * take a second where installing takes a minute.
 * @param marker value of the macro %marker, which no other rpm knows
 */
export async function packTools(folder: string, marker: string): Promise<string[]> {
  const found: string[] = [];
  for (const file of [
    ...programs.map((name) => `/usr/bin/${name}`),
    ...modules.map((name) => `${dist}/${name}`),
    ...['/usr/lib/rpm', `/usr/lib/${python}`],
  ])
    if ((await statOf(file)) !== undefined) found.push(file);
  const { stdout: objects } = await exec('find', [...found, '-name', '*.so*', '-o', '-path', '/usr/bin/*']);
  const { stdout } = await exec('ldd', objects.trim().split('\n'), { accept: [0, 1] });
  const libraries = [...stdout.matchAll(/(?:=> |\t)(\/\S+) \(/g)].map((match) => match[1] ?? '');
  // What is below /lib is below /usr/lib.
  const merged = libraries.map((file) => file.replace(/^\/(lib|lib64)\//, '/usr/$1/'));
  const lower = path.join(folder, 'lower.tar');
  await exec('tar', [
    ...[
      '--create',
      '--dereference',
      '--numeric-owner',
      '--hard-dereference',
      `--file=${lower}`,
      '--directory=/',
    ],
    ...left.map((name) => `--exclude=${name}`),
    ...[...new Set([...found, ...merged])].map((file) => file.slice(1)),
  ]);
  const root = path.join(folder, 'upper');
  for (const name of ['usr/lib/rpm/macros.d', 'etc/rpm', 'home', 'var/log'])
    await mkdir(path.join(root, name), { recursive: true });
  for (const name of ['bin', 'lib', 'lib64']) await symlink(`usr/${name}`, path.join(root, name));
  await writeFile(path.join(root, 'etc/rpm/macros'), `%marker ${marker}\n`);
  await writeFile(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(path.join(root, 'etc/group'), 'root:x:0:\n');
  await mkdir(path.join(root, 'usr/bin'));
  await symlink(python, path.join(root, 'usr/bin/python3'));
  // On many systems it leads to where there is nothing.
  await symlink('/run/nowhere/resolv.conf', path.join(root, 'etc/resolv.conf'));
  return [lower, await packFolder(root, path.join(folder, 'upper.tar'))];
}

export type Compression = 'gzip' | 'zstd' | 'none';

const compressors = {
  gzip: ['gzip', ['-1']],
  zstd: ['zstd', ['-q', '--rm', '-1']],
  none: undefined,
} as const;
const suffixes = { gzip: '.gz', zstd: '.zst', none: '' };
const layerTypes = { gzip: '+gzip', zstd: '+zstd', none: '' };

export interface LayoutOptions {
  /** Default: this machine's. */
  architecture?: string;
  /** Puts the image into an index, behind images for these architectures. */
  index?: readonly string[];
  /** Changes what the configuration says of layers. */
  layers?: (digests: string[]) => string[];
}

/** An OCI layout of layers, each a tar. @returns digest of the image or the index over it */
export async function writeLayout(
  folder: string,
  layers: readonly { tar: string; compression: Compression }[],
  { architecture = machine, index, layers: change = (digests) => digests }: LayoutOptions = {},
): Promise<string> {
  const blobs = path.join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, text: string): Promise<Descriptor> => {
    const described = describeText(mediaType, text);
    await writeFile(path.join(blobs, described.digest.slice(7)), text);
    return described;
  };
  const packed: Descriptor[] = [];
  const digests: string[] = [];
  for (const { tar, compression } of layers) {
    digests.push(`sha256:${(await sha256OfFile(tar)).sha256}`);
    const [program, args] = compressors[compression] ?? [];
    if (program !== undefined) await exec(program, [...args, tar]);
    const file = `${tar}${suffixes[compression]}`;
    const { sha256, size } = await sha256OfFile(file);
    await rename(file, path.join(blobs, sha256));
    const mediaType = `application/vnd.oci.image.layer.v1.tar${layerTypes[compression]}`;
    packed.push({ mediaType, digest: `sha256:${sha256}`, size });
  }
  const text = {
    architecture,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: change(digests) },
  };
  const config = await put(mediaTypes.config, JSON.stringify(text));
  const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: packed };
  let entry = await put(mediaTypes.manifest, JSON.stringify(manifest));
  if (index !== undefined) {
    const others: object[] = [];
    for (const other of index) {
      const there = await put(mediaTypes.manifest, JSON.stringify({ ...manifest, annotations: { other } }));
      others.push({ ...there, platform: { architecture: other, os: 'linux' } });
    }
    const manifests = [...others, { ...entry, platform: { architecture, os: 'linux' } }];
    entry = await put(
      mediaTypes.index,
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }),
    );
  }
  await writeFile(path.join(folder, 'index.json'), renderLayoutIndex(entry, 'builder'));
  await writeFile(path.join(folder, 'oci-layout'), layoutMarker);
  return entry.digest;
}

/** All of a folder as a tar. */
export async function packFolder(folder: string, tar: string): Promise<string> {
  await exec('tar', ['--create', `--file=${tar}`, `--directory=${folder}`, '--numeric-owner', '.']);
  return tar;
}

/**
 * Brings manifests, configuration and layers of a layout to a registry, by its own protocol.
 * @returns the reference by digest
 */
export async function pushLayout(
  { host, uri }: ContainerRegistry,
  layout: string,
  digest: string,
  repository = 'aperiodic/builder',
): Promise<string> {
  const read = async (name: string) => await readFile(path.join(layout, 'blobs/sha256', name.slice(7)));
  const upload = async (name: string) => {
    const started = await fetch(`${uri}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(started.headers.get('location') ?? '', uri);
    place.searchParams.set('digest', name);
    const headers = { 'content-type': 'application/octet-stream' };
    const ended = await fetch(place, { method: 'PUT', body: await read(name), headers });
    if (ended.status !== 201) throw new Error(`the registry did not take ${name}: ${await ended.text()}`);
  };
  const tell = async (name: string) => {
    const body = await read(name);
    const value = JSON.parse(body.toString('utf8'));
    for (const { digest: blob } of [value.config ?? [], ...(value.layers ?? [])].flat()) await upload(blob);
    const headers = { 'content-type': value.mediaType };
    const answer = await fetch(`${uri}/v2/${repository}/manifests/${name}`, { method: 'PUT', body, headers });
    if (answer.status !== 201) throw new Error(`the registry did not take ${name}: ${await answer.text()}`);
  };
  const there = JSON.parse((await read(digest)).toString('utf8'));
  for (const { digest: image } of there.manifests ?? []) await tell(image);
  await tell(digest);
  return `${host}/${repository}@${digest}`;
}
