/** The page of a stream: what is offered now, how it went, all its releases. */
import type { CatalogRelease } from '../../model/catalog/catalog.ts';
import { bootSeconds, bootSeries, fixSeries, sizeSeries } from '../../model/site/figures.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { SiteSettings, StreamView } from '../../model/site/part.ts';
import { note, table } from './blocks.ts';
import { renderChart } from './chart.ts';
import { renderGet, renderStanding } from './get.ts';
import { type Html, html } from './html.ts';
import { renderPage } from './page.ts';
import { noticesFeed, streamPage } from './paths.ts';
import {
  badge,
  distributionName,
  formatBytes,
  formatDate,
  formatDay,
  imageName,
  imagePurpose,
} from './words.ts';

export function renderStreamPage(view: StreamView, site: SiteSettings): PublishedFile {
  const { stream, current } = view;
  const path = streamPage(stream.id);
  const name = `${distributionName(stream.distribution, stream.distributionRelease)} ${imageName(stream.image)}`;
  // The first notice brings the feed.
  const feed = stream.releases.length === 0 ? undefined : noticesFeed(stream.id, site);
  const body = html`<header class="headline">
<h1>${name}</h1>
<p class="lead">${stream.title}. ${stream.isContainer ? 'A container image.' : 'A disk image for clouds and virtual machines.'} ${imagePurpose(stream.image)}</p>
<p>Feeds: <a href="releases.atom">releases</a>${feed !== undefined && html`, <a href="${feed}">notices</a>`}</p>
</header>
${renderNow(view, path, site)}${renderCharts(view)}${renderHistory(view)}`;
  const offered =
    current === undefined ? 'nothing is offered yet' : `newest release ${current.release.version}`;
  return renderPage(
    {
      path,
      title: name,
      description: `${stream.title}: ${offered}`,
      body,
      trail: [{ title: 'Images', path: 'index.html' }],
      feeds: [
        { title: `Releases of ${name}`, address: 'releases.atom' },
        ...(feed === undefined ? [] : [{ title: `Notices of ${name}`, address: feed }]),
      ],
    },
    site,
  );
}

function renderNow({ stream, current }: StreamView, path: string, site: SiteSettings): Html {
  const warnings = html`${stream.neverRun !== undefined && note('warning', html`<p><strong>Never run here.</strong> ${stream.neverRun}</p>`)}${stream.retired !== undefined && note('warning', html`<p><strong>Retired.</strong> ${stream.retired}. Nothing newer will come.</p>`)}`;
  if (current === undefined) {
    return html`${warnings}${stream.neverRun === undefined && renderNothing(stream)}`;
  }
  const { version, record, release } = current.release;
  const head = html`<h2 id="current">${current.deprecated ? 'Newest' : 'Current'} release <a class="version" href="${version}.html">${version}</a></h2>
<p class="lead">${badge(current.deprecated ? 'deprecated' : current.release.standing)} ${formatDay(record.recordedAt)} · ${release.reason}</p>
`;
  return html`${warnings}<section aria-labelledby="current">
${head}${renderStanding(current, path)}${renderGet(current, site)}</section>
`;
}

function renderNothing({ releases, retired }: StreamView['stream']): Html {
  if (releases.length > 0)
    return html`<p>Nothing is offered at the moment: every release was withdrawn.</p>\n`;
  if (retired !== undefined) return html`<p>It never had a release.</p>\n`;
  return note(
    'plain',
    html`<p><strong>No release yet.</strong> The first one will be here with its files, AMIs and test results as soon as it is recorded; the feed tells when. Until then see what it <a href="../../qa.html">has to pass</a>.</p>`,
  );
}

function renderCharts({ stream, clocks }: StreamView): Html | false {
  const live = stream.releases.filter(({ standing }) => standing !== 'withdrawn');
  const charts = [
    { id: 'chart-size', title: 'Download size', unit: 'MiB', series: sizeSeries(live) },
    { id: 'chart-boot', title: 'Power on to login', unit: 's', series: bootSeries(live) },
    { id: 'chart-fix', title: 'Fix to image', unit: 'days', series: fixSeries(live, clocks) },
  ].flatMap((chart) => renderChart(chart) ?? []);
  if (charts.length === 0) return false;
  return html`<section aria-labelledby="trends">
<h2 id="trends">Over time</h2>
<div class="charts">
${charts}</div>
</section>
`;
}

function renderHistory({ stream, deprecated }: StreamView): Html | false {
  if (stream.releases.length === 0) return false;
  return html`<section aria-labelledby="history">
<h2 id="history">All releases</h2>
${table(
  `Releases of ${stream.id}, newest first`,
  [
    { title: 'Version' },
    { title: 'Date' },
    { title: 'State' },
    { title: 'Why' },
    { title: 'Fixes', kind: 'number' },
    { title: 'Size', kind: 'number' },
    { title: 'Login', kind: 'number' },
  ],
  stream.releases.map((release) => historyRow(release, deprecated.has(release.version))),
  html` class="history" data-filter="Filter releases"`,
)}</section>
`;
}

function historyRow({ version, standing, release, record }: CatalogRelease, deprecated: boolean) {
  const [part] = record.architectures;
  const file =
    part?.artifacts.find(({ format }) => format === 'qcow2' || format === 'oci') ?? part?.artifacts[0];
  const seconds = part === undefined ? undefined : bootSeconds(part);
  return [
    html`<a href="${version}.html">${version}</a>`,
    formatDate(record.recordedAt),
    badge(deprecated && standing !== 'withdrawn' ? 'deprecated' : standing),
    release.withdrawn?.reason ?? release.reason,
    release.fixes?.length ?? 0,
    file === undefined ? '–' : formatBytes(file.size),
    seconds === undefined ? '–' : `${Math.round(seconds)} s`,
  ];
}
