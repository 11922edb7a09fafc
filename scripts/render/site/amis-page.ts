/** AMIs of current releases by region: what the form on the home page finds, for who has no script. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { ReleaseView, SiteSettings, SiteView } from '../../model/site/part.ts';
import { codeValue, table } from './blocks.ts';
import { html } from './html.ts';
import { publicImages } from './launch.ts';
import { renderPage } from './page.ts';
import { releasePage } from './paths.ts';
import { consoleLink, regionName } from './region-names.ts';
import { distributionName, imageName } from './words.ts';

export function renderAmisPage({ current }: SiteView, site: SiteSettings): PublishedFile {
  const offered = current.filter(({ deprecated }) => !deprecated);
  const rows = offered.flatMap((view) =>
    publicImages(view.release.record).map((image) => ({ ...image, view })),
  );
  const regions = [...new Set(rows.map(({ region }) => region))].sort();
  const body = html`<header class="headline">
<h1>AMIs by region</h1>
<p class="lead">Of current releases. Older ones are on the pages of their streams.</p>
</header>
${regions.length === 0 && html`<p>No image is on EC2 at the moment. The <a href="index.html">images</a> say what is there.</p>\n`}${regions.length > 1 && html`<nav aria-label="Regions"><ul class="jumps">${regions.map((region) => html`<li><a href="#${region}">${region}</a></li>`)}</ul></nav>\n`}${regions.map(
  (region) => {
    const place = regionName(region);
    return html`<section aria-labelledby="${region}">
<h2 id="${region}">${region}${place !== undefined && html` <span class="place">${place}</span>`}</h2>
${table(
  `AMIs of ${region}`,
  [{ title: 'Image' }, { title: 'Architecture' }, { title: 'AMI' }, { title: 'Console' }],
  rows
    .filter((row) => row.region === region)
    .map(({ view, architecture, ami }) => [
      html`<a href="${releasePage(view.stream.id, view.release.version)}">${nameOf(view)} <span class="small">${view.release.version}</span></a>`,
      architecture,
      codeValue(ami, `AMI of ${nameOf(view)} in ${region} for ${architecture}`),
      html`<a href="${consoleLink(region, ami)}">Launch<span class="unseen"> ${ami} in ${region}</span></a>`,
    ]),
)}</section>
`;
  },
)}`;
  const description = 'AMI IDs of all current releases, by AWS region.';
  return renderPage({ path: 'amis.html', title: 'AMIs by region', description, body }, site);
}

function nameOf({ stream }: ReleaseView): string {
  return `${distributionName(stream.distribution, stream.distributionRelease)} ${imageName(stream.image)}`;
}
