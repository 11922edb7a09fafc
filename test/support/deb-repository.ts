/** A small package repository in a folder: real packages made by dpkg-deb, an index, and no signature. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exec } from '../../scripts/adapters/host/exec.ts';
import type { Pin } from '../../scripts/model/types.generated.ts';

/** Seconds since 1970 that packages are dated. */
export const packageDate = 1_700_000_000;

/** Makes pool/<name>.deb below a folder, of content that nobody else has, and the pin that fits. */
export async function makeDeb(folder: string, name: string, version = '1.0'): Promise<Pin> {
  const tree = path.join(folder, `.tree-${name}`);
  await mkdir(path.join(tree, 'DEBIAN'), { recursive: true });
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Nobody <nobody@example.org>',
    'Description: fixture of a test',
    '',
  ];
  await writeFile(path.join(tree, 'DEBIAN/control'), control.join('\n'));
  await mkdir(path.join(folder, 'pool'), { recursive: true });
  const epochless = version.replace(/^\d+:/, '');
  const place = `pool/${name}_${epochless}_all.deb`;
  const made = path.join(folder, `.${name}.deb`);
  await exec('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, made], {
    env: { SOURCE_DATE_EPOCH: String(packageDate) },
  });
  await rename(made, path.join(folder, place));
  const content = await readFile(path.join(folder, place));
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    name,
    version,
    architecture: 'all',
    size: content.length,
    sha256,
    repository: 'test',
    path: place,
  };
}

/** Writes dists/<suite>/ with an index of the pins for amd64. Not signed. */
export async function writeIndex(folder: string, suite: string, pins: readonly Pin[]): Promise<void> {
  const binary = path.join(folder, 'dists', suite, 'main/binary-amd64');
  await mkdir(binary, { recursive: true });
  const stanzas = pins.map(
    (pin) =>
      `Package: ${pin.name}\nVersion: ${pin.version}\nArchitecture: ${pin.architecture}\nFilename: ${pin.path}\n` +
      `Size: ${pin.size}\nSHA256: ${pin.sha256}\n`,
  );
  const index = stanzas.join('\n');
  await writeFile(path.join(binary, 'Packages'), index);
  const sha256 = createHash('sha256').update(index).digest('hex');
  const release = [
    `Suite: ${suite}`,
    `Codename: ${suite}`,
    'Components: main',
    'Architectures: amd64',
    'Date: Tue, 14 Nov 2023 22:13:20 UTC',
    'SHA256:',
    ` ${sha256} ${Buffer.byteLength(index)} main/binary-amd64/Packages`,
    '',
  ];
  await writeFile(path.join(folder, 'dists', suite, 'Release'), release.join('\n'));
}
