/** The catalog as a repository of rpms: signed metadata alone, for a solver reads no package. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Gpg } from '../support/gpg.ts';
import { comps } from '../support/rpm-repository.ts';
import { type CatalogPackage, catalogVersion, type Need } from './large-catalog.ts';

/** Writes repodata/ into a folder, in the format of createrepo_c. */
export async function writeRpmRepository(
  folder: string,
  catalog: readonly CatalogPackage[],
  { gpg, user }: { gpg: Gpg; user: string },
): Promise<void> {
  const repodata = path.join(folder, 'repodata');
  await mkdir(repodata, { recursive: true });
  const core = catalog.filter((one) => one.core).map(({ name }) => name);
  const parts: [type: string, file: string, text: string][] = [
    ['primary', 'primary.xml.gz', primary(catalog)],
    ['filelists', 'filelists.xml.gz', filelists(catalog)],
    ['group', 'comps.xml', comps({ groups: { core } })],
  ];
  const entries: string[] = [];
  for (const [type, file, text] of parts) {
    const bytes = file.endsWith('.gz') ? gzipSync(text, { level: 3 }) : Buffer.from(text);
    await writeFile(path.join(repodata, file), bytes);
    const open =
      bytes.length === text.length ? '' : `<open-checksum type="sha256">${digest(text)}</open-checksum>`;
    entries.push(
      `<data type="${type}"><checksum type="sha256">${digest(bytes)}</checksum>${open}<location href="repodata/${file}"/>` +
        `<timestamp>1</timestamp><size>${bytes.length}</size><open-size>${text.length}</open-size></data>`,
    );
  }
  const repomd = path.join(repodata, 'repomd.xml');
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo">';
  await writeFile(repomd, `${head}<revision>1</revision>${entries.join('\n')}</repomd>\n`);
  await writeFile(`${repomd}.asc`, await gpg.detach(user, repomd));
}

function digest(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

const version = `<version epoch="0" ver="${catalogVersion}" rel="1"/>`;
const flags = `epoch="0" ver="${catalogVersion}" rel="1"`;

function primary(catalog: readonly CatalogPackage[]): string {
  const head =
    '<?xml version="1.0" encoding="UTF-8"?>\n<metadata xmlns="http://linux.duke.edu/metadata/common" ' +
    `xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="${catalog.length}">\n`;
  return `${head}${catalog.map(describe).join('\n')}\n</metadata>\n`;
}

function describe(one: CatalogPackage): string {
  const { name, size } = one;
  const provided = [
    `<rpm:entry name="${name}" flags="EQ" ${flags}/>`,
    ...one.libraries.map((text) => `<rpm:entry name="${text}()(64bit)"/>`),
  ];
  const list = (tag: string, entries: readonly string[]) =>
    entries.length === 0 ? '' : `<rpm:${tag}>${entries.join('')}</rpm:${tag}>`;
  return `<package type="rpm"><name>${name}</name><arch>x86_64</arch>${version}
<checksum type="sha256" pkgid="YES">${one.sha256}</checksum><summary>fixture of a measurement</summary>
<description>${one.description}</description><packager/><url>https://example.org/${name}</url><time file="1700000000" build="1700000000"/>
<size package="${size}" installed="${size * 3}" archive="${size * 3}"/><location href="Packages/${name.slice(0, 1)}/${name}-${catalogVersion}-1.x86_64.rpm"/>
<format><rpm:license>MIT</rpm:license><rpm:vendor/><rpm:group>Unspecified</rpm:group><rpm:buildhost>localhost</rpm:buildhost>
<rpm:sourcerpm>${name}-${catalogVersion}-1.src.rpm</rpm:sourcerpm><rpm:header-range start="4504" end="9000"/>${list('provides', provided)}${list('requires', one.needs.map(requirement))}${list(
    'conflicts',
    one.conflicts.map((other) => `<rpm:entry name="${other}"/>`),
  )}<file>/usr/bin/${name}</file></format></package>`;
}

function requirement({ kind, text }: Need): string {
  if (kind === 'library') return `<rpm:entry name="${text}()(64bit)"/>`;
  return `<rpm:entry name="${text}"${kind === 'version' ? ' flags="GE" epoch="0" ver="1.0"' : ''}/>`;
}

function filelists(catalog: readonly CatalogPackage[]): string {
  const entries = catalog.map(
    ({ name, sha256, files }) =>
      `<package pkgid="${sha256}" name="${name}" arch="x86_64">${version}${files.map((file) => `<file>${file}</file>`).join('')}</package>`,
  );
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="${catalog.length}">\n`;
  return `${head}${entries.join('\n')}\n</filelists>\n`;
}
