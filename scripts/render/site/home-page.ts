/** Home: every stream with what it offers, and a form that finds an image where there is a script. */
import type { CatalogStream } from '../../model/catalog/catalog.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { ReleaseView, SiteSettings, SiteView } from '../../model/site/part.ts';
import { note } from './blocks.ts';
import { type Html, html } from './html.ts';
import { publicImages } from './launch.ts';
import { renderPage } from './page.ts';
import { noticesFeed, releasePage, streamPage } from './paths.ts';
import { badge, distributionName, formatBytes, formatDay, imageName, imagePurpose, plural } from './words.ts';

/** What the form reads. Beside the home page. */
export const finderData = 'current.json';

export function renderHomePage({ catalog, current }: SiteView, site: SiteSettings): PublishedFile {
  const byStream = new Map(current.map((view) => [view.stream.id, view]));
  const offered = current.filter(({ deprecated }) => !deprecated);
  const regions = new Set(
    offered.flatMap(({ release }) => publicImages(release.record).map(({ region }) => region)),
  );
  const body = html`<header class="hero">
<h1>Cloud images, kept&nbsp;current</h1>
<p>Built from pinned packages, booted and tested before anything is public, signed, and out again as soon as a security update may not wait.</p>
<p class="hero-facts">${current.length === 0 ? plural(catalog.streams.length, 'stream') : `${plural(current.length, 'image')} offered`}${regions.size > 0 && html` · <a href="amis.html">AMIs in ${plural(regions.size, 'region')}</a>`} · <a href="verify.html">how to verify</a> · <a href="data.html">feeds and data</a></p>
</header>
${current.length === 0 && nothing}${offered.length > 0 && finder}
${groupByDistribution(catalog.streams).map(
  ([name, streams]) => html`<section class="distribution" aria-labelledby="${anchor(name)}">
<h2 id="${anchor(name)}">${name}</h2>
<ul class="cards">
${streams.map((stream) => renderCard(stream, byStream.get(stream.id)))}</ul>
</section>
`,
)}${catalog.streams.length === 0 && html`<p>There is no stream yet.</p>\n`}`;
  const feeds = catalog.streams.flatMap(({ id, title, releases }) => {
    const address = releases.length === 0 ? undefined : noticesFeed(id, site);
    return address === undefined ? [] : [{ title: `Notices of ${title}`, address }];
  });
  const description = 'Cloud images to download or to launch on EC2, with checksums, signatures and AMI IDs.';
  return renderPage({ path: 'index.html', title: site.title, description, body, feeds }, site);
}

/** Instead of the form. */
const nothing = note(
  'plain',
  html`<p><strong>Nothing is offered at the moment.</strong> See what an image <a href="qa.html">has to pass</a> before it is here, and let the <a href="releases.atom">feed</a> tell you of the next one.</p>`,
);

/** Shown by the script when it has the data: without it nothing on the page is missing. */
const finder = html`<form class="finder" id="finder" data-source="${finderData}" aria-labelledby="finder-title" hidden>
<h2 id="finder-title">Find an image</h2>
<div class="fields">
<div><label for="finder-distribution">Distribution</label><select id="finder-distribution" name="distribution"></select></div>
<div><label for="finder-image">Image</label><select id="finder-image" name="image"></select></div>
<div><label for="finder-architecture">Architecture</label><select id="finder-architecture" name="architecture"></select></div>
<div><label for="finder-place">For</label><select id="finder-place" name="place"></select></div>
</div>
<div class="answer" id="finder-answer" aria-live="polite"></div>
</form>
`;

function groupByDistribution(streams: readonly CatalogStream[]): [string, CatalogStream[]][] {
  const groups = new Map<string, CatalogStream[]>();
  for (const stream of streams) {
    const name = distributionName(stream.distribution, stream.distributionRelease);
    groups.set(name, [...(groups.get(name) ?? []), stream]);
  }
  return [...groups];
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

function renderCard(stream: CatalogStream, view: ReleaseView | undefined): Html {
  const page = streamPage(stream.id);
  const purpose = imagePurpose(stream.image);
  return html`<li class="card${view === undefined && ' card-quiet'}">
<h3><a href="${page}">${imageName(stream.image)}</a></h3>
${purpose !== undefined && html`<p class="card-purpose">${purpose}</p>\n`}${view === undefined ? renderQuiet(stream) : renderOffer(view, page)}</li>
`;
}

function renderQuiet({ neverRun, retired }: CatalogStream): Html {
  if (neverRun !== undefined) return html`<p>${badge('never-run')} ${neverRun}</p>\n`;
  if (retired !== undefined) return html`<p>${badge('retired')} ${retired}</p>\n`;
  return html`<p>No release yet.</p>\n`;
}

function renderOffer({ stream, release, deprecated }: ReleaseView, page: string): Html {
  const { record, version } = release;
  const head = html`<p class="card-version"><a class="version" href="${releasePage(stream.id, version)}">${version}</a> ${badge(deprecated ? 'deprecated' : release.standing)}${stream.retired !== undefined && html` ${badge('retired')}`}</p>
<p class="card-date">${formatDay(record.recordedAt)}</p>
`;
  const images = deprecated ? [] : publicImages(record);
  const regions = new Set(images.map(({ region }) => region)).size;
  return html`${head}<ul class="card-ways">
${record.architectures.map(({ architecture, artifacts }) => html`<li><a href="${page}#download-${architecture}">Download <b>${architecture}</b></a> <span class="small">${artifacts[0] !== undefined && formatBytes(artifacts[0].size)}</span></li>\n`)}${regions > 0 && html`<li><a href="${page}#amis">Launch on <b>EC2</b></a> <span class="small">${plural(regions, 'region')}</span></li>\n`}${(record.containers ?? []).length > 0 && html`<li><a href="${page}#pull">Pull</a></li>\n`}</ul>
`;
}
