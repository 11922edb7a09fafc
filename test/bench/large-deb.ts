/** The catalog as a repository of Debian packages: signed indexes alone, for a solver reads no package. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Gpg } from '../support/gpg.ts';
import { type CatalogPackage, catalogVersion, type Need } from './large-catalog.ts';

export const largeSuite = 'large';

/** Writes dists/ into a folder. */
export async function writeDebRepository(
  folder: string,
  catalog: readonly CatalogPackage[],
  { gpg, user }: { gpg: Gpg; user: string },
): Promise<void> {
  const suite = path.join(folder, 'dists', largeSuite);
  const place = 'main/binary-amd64';
  await mkdir(path.join(suite, place), { recursive: true });
  const text = catalog.map(stanza).join('\n');
  const bytes = gzipSync(text, { level: 3 });
  await writeFile(path.join(suite, place, 'Packages.gz'), bytes);
  const line = (content: Buffer | string, name: string) =>
    ` ${createHash('sha256').update(content).digest('hex')} ${Buffer.byteLength(content)} ${place}/${name}`;
  const release = [
    `Suite: ${largeSuite}`,
    `Codename: ${largeSuite}`,
    'Components: main',
    'Architectures: amd64',
    'Date: Tue, 14 Nov 2023 22:13:20 UTC',
    'SHA256:',
    line(text, 'Packages'),
    line(bytes, 'Packages.gz'),
    '',
  ];
  await writeFile(path.join(suite, 'InRelease'), await gpg.clearSign(user, release.join('\n')));
}

function stanza({
  name,
  needs,
  libraries,
  conflicts,
  description,
  size,
  sha256,
  core,
}: CatalogPackage): string {
  return [
    `Package: ${name}`,
    `Version: ${catalogVersion}-1`,
    'Architecture: amd64',
    'Maintainer: Nobody <nobody@example.org>',
    `Installed-Size: ${Math.ceil(size / 300)}`,
    ...field('Depends', [...new Set(needs.map(dependency))]),
    ...field('Provides', libraries),
    ...field('Conflicts', conflicts),
    ...(core ? ['Essential: yes'] : []),
    'Priority: optional',
    'Section: misc',
    `Filename: pool/main/${name.slice(0, 1)}/${name}/${name}_${catalogVersion}-1_amd64.deb`,
    `Size: ${size}`,
    `SHA256: ${sha256}`,
    `Homepage: https://example.org/${name}`,
    `Description: ${description}`,
    '',
  ].join('\n');
}

function field(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${name}: ${values.join(', ')}`];
}

/** Debian packages depend on no file: the package that has it is named. */
function dependency({ kind, text, package: name }: Need): string {
  if (kind === 'library') return text;
  return kind === 'version' ? `${name} (>= 1.0)` : name;
}
