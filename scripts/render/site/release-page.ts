/** The permanent page of a release. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { ReleaseView, SiteSettings } from '../../model/site/part.ts';
import { pinsPath, recordPath, releasePath } from '../../model/streams.ts';
import type { PublishedRecord } from '../../model/types.generated.ts';
import { historyPath, releaseDocumentPath } from '../api/paths.ts';
import { fileStem } from '../notices/words.ts';
import { facts } from './blocks.ts';
import { renderChanges } from './changes.ts';
import { renderExposure } from './exposure.ts';
import { renderGet, renderStanding } from './get.ts';
import { type Html, html, relativePath } from './html.ts';
import { renderPage } from './page.ts';
import { fileAddress, noticesFeed, releasePage, shownRecord, sourceAddress, streamPage } from './paths.ts';
import { renderQuality } from './quality.ts';
import { badge, distributionName, formatBytes, formatDay, imageName, plural } from './words.ts';

export function renderReleasePage(view: ReleaseView, site: SiteSettings): PublishedFile {
  const { stream, release, clocks, previous, deprecated } = view;
  const record = shownRecord(release);
  const path = releasePage(stream.id, release.version);
  const name = `${distributionName(stream.distribution, stream.distributionRelease)} ${imageName(stream.image)}`;
  const withdrawn = release.standing === 'withdrawn';
  const body = html`<header class="headline">
<h1>${name} <span class="version">${release.version}</span></h1>
<p class="lead">${badge(deprecated && !withdrawn ? 'deprecated' : release.standing)} ${formatDay(record.recordedAt)} · ${release.release.reason}</p>
</header>
${renderStanding(view, path)}${!withdrawn && html`<section aria-labelledby="get">\n<h2 id="get">Get it</h2>\n${renderGet(view, site)}</section>\n`}<section aria-labelledby="changes">
<h2 id="changes">${previous === undefined ? 'What is in it' : html`What changed since <a href="${previous.version}.html">${previous.version}</a>`}</h2>
${renderChanges(view)}</section>
${clocks.length > 0 && html`<section aria-labelledby="exposure">\n<h2 id="exposure">Exposure clock</h2>\n<p>How long each security update took from the distribution's repository to this image. Deadlines are those of the <a href="../../policy.html">policy</a>.</p>\n${renderExposure(clocks)}</section>\n`}<section aria-labelledby="quality">
<h2 id="quality">Quality</h2>
<p>What every image must pass is in the <a href="../../qa.html">QA expectations</a>.</p>
${renderQuality(record)}</section>
<section aria-labelledby="made">
<h2 id="made">How it was made</h2>
${renderMade(view, site)}${!withdrawn && renderDocuments(record, site)}</section>
`;
  const trail = [
    { title: 'Images', path: 'index.html' },
    { title: name, path: streamPage(stream.id) },
  ];
  const description = `${stream.title}, release ${release.version}: ${release.release.reason}`;
  return renderPage({ path, title: `${name} ${release.version}`, description, body, trail }, site);
}

function renderMade(
  { stream, release: { version, release, record } }: ReleaseView,
  site: SiteSettings,
): Html {
  const inSource = (file: string, words: string, commit = record.commit) => {
    const address = sourceAddress(commit, file, site);
    return address === undefined ? html`<code>${file}</code>` : html`<a href="${address}">${words}</a>`;
  };
  const feed = noticesFeed(stream.id, site);
  const given = (record.notices ?? []).map(({ id }) => id);
  const notices = feed === undefined ? [] : given;
  return facts([
    ['Commit', html`<code>${record.commit}</code>`],
    ['Content digest', html`<code class="long">${record.content}</code>`],
    [
      'Pins',
      html`${record.architectures.map(({ architecture, packages }) => html`<span class="line-item">${inSource(pinsPath(stream.id, architecture), `${plural(packages, 'package')} on ${architecture}`)}</span>`)}`,
    ],
    [
      'In git',
      html`<span class="line-item">${inSource(releasePath(stream.id, version), 'release file', 'main')}</span><span class="line-item">${inSource(recordPath(stream.id, version), 'record', 'main')}</span>`,
    ],
    [
      'As data',
      html`<span class="line-item"><a href="${relativePath(releasePage(stream.id, version), releaseDocumentPath(stream.id, version))}">this release as JSON</a></span><span class="line-item"><a href="${relativePath(releasePage(stream.id, version), historyPath(stream.id))}">every AMI of the stream, ever</a></span>`,
    ],
    ...(release.rebuild === undefined ? [] : [['Built again', release.rebuild] as const]),
    ...(notices.length === 0 || feed === undefined
      ? []
      : [
          [
            'Notices',
            html`${notices.map((id) => html`<span class="line-item"><a href="${feed.replace('feed.atom', `${fileStem({ id })}.txt`)}">${id}</a></span>`)}`,
          ] as const,
        ]),
    [
      'Tools',
      html`<details><summary>${plural(toolsOf(record).length, 'program')} shaped the bytes</summary><p class="small">${toolsOf(record).join(', ')}</p></details>`,
    ],
  ]);
}

function toolsOf({ architectures }: PublishedRecord): string[] {
  const all = architectures.flatMap(({ tools }) =>
    Object.entries(tools).map(([tool, at]) => `${tool} ${at}`),
  );
  return [...new Set(all)].sort();
}

const documentTitles: Readonly<Record<string, string>> = {
  checksum: 'Signed checksums',
  sbom: 'Bill of materials',
  provenance: 'Provenance',
  'lxd-metadata': 'For LXD and Incus, with the qcow2',
};

/** Signatures stand beside their files. */
function renderDocuments(record: PublishedRecord, site: SiteSettings): Html | false {
  const documents = (record.documents ?? []).filter(({ kind }) => kind !== 'signature');
  if (documents.length === 0) return false;
  return html`<h3>Documents</h3>
<ul class="documents">${documents.map(({ name, kind, size }) => {
    const address = fileAddress(record, name, site);
    return html`<li><span class="document-kind">${documentTitles[kind] ?? kind}</span> ${address === undefined ? html`<code class="long">${name}</code>` : html`<a href="${address}">${name}</a>`} <span class="small">${formatBytes(size)}</span></li>\n`;
  })}</ul>
`;
}
