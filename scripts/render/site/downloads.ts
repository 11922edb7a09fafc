/** Files of a release, how they are checked, and containers. */
import type { SiteSettings } from '../../model/site/part.ts';
import type { Architecture, PublishedRecord } from '../../model/types.generated.ts';
import { codeBlock, codeValue } from './blocks.ts';
import { type Html, html } from './html.ts';
import { fileAddress } from './paths.ts';
import { describeFormat, formatBytes } from './words.ts';

type Recorded = PublishedRecord['architectures'][number];

export function renderDownloads(record: PublishedRecord, part: Recorded, site: SiteSettings): Html {
  const [first] = part.artifacts;
  return html`<ul class="files">${part.artifacts.map(({ name, format, size, sha256 }) => {
    const address = fileAddress(record, name, site);
    const signature = (record.documents ?? []).find((document) => document.name === `${name}.asc`);
    return html`<li class="file">
<div class="file-head">${
      address === undefined
        ? html`<span class="file-name">${name}</span>`
        : html`<a class="button" href="${address}"><span class="button-word">Download</span> ${format}</a>`
    } <span class="file-size">${formatBytes(size)}</span> <span class="file-format">${describeFormat(format)}</span></div>
<div class="file-more"><span class="file-label">File</span> <code class="long">${name}</code></div>
<div class="file-more"><span class="file-label">SHA-256</span> ${codeValue(sha256, `SHA-256 of ${name}`)}</div>
${signature !== undefined && signatureLink(record, signature.name, site)}</li>
`;
  })}</ul>
${(site.downloads === undefined || record.mirrors.length === 0) && mirrorWords(record)}${first !== undefined && renderVerify(record, part.architecture, first, site)}`;
}

function signatureLink(record: PublishedRecord, name: string, site: SiteSettings): Html {
  const address = fileAddress(record, name, site);
  return html`<div class="file-more"><span class="file-label">Signature</span> ${address === undefined ? html`<code>${name}</code>` : html`<a href="${address}">${name}</a>`}</div>\n`;
}

function mirrorWords({ mirrors }: PublishedRecord): Html {
  if (mirrors.length === 0) return html`<p>No mirror has these files any more.</p>\n`;
  const places = mirrors.map(({ id, path }) => html`<li><code>${path}</code> on the mirror ${id}</li>`);
  return html`<p>The files are in this folder:</p><ul>${places}</ul>\n`;
}

/** As docs/verify.md explains it. */
function renderVerify(
  record: PublishedRecord,
  architecture: Architecture,
  file: Recorded['artifacts'][number],
  site: SiteSettings,
): Html {
  const checksum = (record.documents ?? []).find(({ kind }) => kind === 'checksum');
  const commands = verifyCommands(record, file, checksum?.name, site);
  const words =
    checksum === undefined
      ? html`<p>This release was not signed. The digest shows whether the download is whole.</p>`
      : html`<p>Fetches the file and the signed CHECKSUM, and checks both. It ends with <code>OK</code> behind the file's name, or with an error. <code>keyring.gpg</code> holds our public keys: <a href="../../verify.html">how to get them, and more ways to check</a>.</p>`;
  return html`<h4 id="verify-${architecture}">Download and verify</h4>
${words}
${codeBlock(commands, `Commands that download and verify ${file.name}`)}`;
}

/** Commands for bash. Names are those of a checked record: plain file names. */
export function verifyCommands(
  record: PublishedRecord,
  { name, sha256 }: Pick<Recorded['artifacts'][number], 'name' | 'sha256'>,
  checksum: string | undefined,
  site: SiteSettings,
): string {
  const fetch = [name, ...(checksum === undefined ? [] : [checksum])].flatMap((one) => {
    const address = fileAddress(record, one, site);
    return address === undefined ? [] : [`curl --fail --location --remote-name \\\n  '${address}'`];
  });
  if (checksum === undefined) return [...fetch, `echo '${sha256}  ${name}' | sha256sum --check`].join('\n');
  return [
    ...fetch,
    `gpgv --status-fd 1 --keyring ./keyring.gpg --output digests.txt '${checksum}' \\`,
    "  | grep '^\\[GNUPG:\\] GOODSIG ' \\",
    '  && sha256sum --check --strict --ignore-missing digests.txt',
  ].join('\n');
}

/** Undefined when the release has none in a registry. */
export function renderContainers(record: PublishedRecord, site: SiteSettings): Html | undefined {
  const { containers = [] } = record;
  if (containers.length === 0) return undefined;
  return html`<h3 id="pull">Pull</h3>
<p>By digest, so that it is this release and no other. One index holds all architectures.</p>
${containers.map(({ registry, repository, digest }) => {
  const host = Object.hasOwn(site.registries, registry) ? site.registries[registry] : undefined;
  if (host === undefined)
    return html`<p>In the registry ${registry}: <code>${repository}@${digest}</code></p>\n`;
  return codeBlock(pullCommand(host, repository, digest), `Command that pulls from ${registry}`);
})}`;
}

/** Of registries whose addresses are known. */
export function pullCommands({ containers = [] }: PublishedRecord, { registries }: SiteSettings): string[] {
  return containers.flatMap(({ registry, repository, digest }) => {
    const host = Object.hasOwn(registries, registry) ? registries[registry] : undefined;
    return host === undefined ? [] : [pullCommand(host, repository, digest)];
  });
}

function pullCommand(host: string, repository: string, digest: string): string {
  return `podman pull ${host}/${repository}@${digest}`;
}
