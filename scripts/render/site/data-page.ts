/** What programs and feed readers can have of the site, with commands to copy. */
import { machineOf } from '../../model/catalog/architectures.ts';
import type { PublishedFile } from '../../model/site/file.ts';
import type { ReleaseView, SiteSettings, SiteView } from '../../model/site/part.ts';
import {
  catalogPath,
  latestImagePath,
  openapiPath,
  plainPathOf,
  schemaPath,
  streamDocumentPath,
} from '../api/paths.ts';
import { codeBlock, table } from './blocks.ts';
import { type Html, html, type Part } from './html.ts';
import { instanceType, publicImages } from './launch.ts';
import { renderPage } from './page.ts';
import { allReleasesFeed, noticesFeed, releasesFeed, streamPage } from './paths.ts';
import { distributionName, imageName } from './words.ts';

const path = 'data.html';

export function renderDataPage({ catalog, current }: SiteView, site: SiteSettings): PublishedFile {
  const base = site.address ?? 'https://ADDRESS-OF-THIS-SITE';
  const offered = current.filter(({ deprecated }) => !deprecated);
  const body = html`<header class="headline">
<h1>For programs</h1>
<p class="lead">What these pages say, as files with addresses that stay: feeds, JSON and simplestreams. All of it is static, made with the pages, and covered by the same CHECKSUM.</p>
</header>
<ul class="jumps" aria-label="On this page"><li><a href="#feeds">Feeds</a></li><li><a href="#api">JSON API</a></li><li><a href="#simplestreams">simplestreams</a></li></ul>
<section aria-labelledby="feeds">
<h2 id="feeds">Feeds</h2>
<p>Releases as Atom: <a href="${allReleasesFeed}">all of them</a>, or those of a stream. A release that is withdrawn is updated in them.</p>
${
  catalog.streams.length > 0 &&
  table(
    'Feeds and data of each stream',
    [{ title: 'Stream' }, { title: 'Releases' }, { title: 'Notices' }, { title: 'JSON' }],
    catalog.streams.map((stream) => {
      const notices = stream.releases.length === 0 ? undefined : noticesFeed(stream.id, site);
      const name = `${distributionName(stream.distribution, stream.distributionRelease)} ${imageName(stream.image)}`;
      const link = (address: string, word: string) =>
        html`<a href="${address}">${word}<span class="unseen"> of ${name}</span></a>`;
      const cells: Part[] = [
        html`<a href="${streamPage(stream.id)}">${name}</a>`,
        link(releasesFeed(stream.id), 'Atom'),
        notices === undefined ? '–' : link(notices, 'Atom'),
        link(streamDocumentPath(stream.id), 'stream.json'),
      ];
      return cells;
    }),
  )
}</section>
<section aria-labelledby="api">
<h2 id="api">JSON API</h2>
<p><a href="${catalogPath}"><code>catalog.json</code></a> lists the streams and what is newest. <a href="${openapiPath}">OpenAPI</a> and <a href="${schemaPath}">JSON Schema</a> describe every document. They change only when what they say does, so ask with <code>If-None-Match</code>.</p>
${renderExamples(offered, base)}</section>
<section aria-labelledby="simplestreams">
<h2 id="simplestreams">simplestreams</h2>
<p>Files and AMIs in the format that cloud tools read, from <a href="streams/v1/index.json"><code>streams/v1/index.json</code></a>. Where the site is signed, each document has a clear-signed sibling that ends in <code>.sjson</code>.</p>
${codeBlock(`sstream-query --keyring=keyring.gpg --max=1 ${base}/streams/v1/index.sjson arch=amd64`, 'Command that asks simplestreams')}</section>
`;
  const description = 'Feeds of releases, a static JSON API with stable addresses, and simplestreams.';
  return renderPage({ path, title: 'For programs', description, body }, site);
}

/** Of the first AMI that is offered: addresses that are there can be tried. */
function renderExamples(offered: readonly ReleaseView[], base: string): Html {
  const [example] = offered.flatMap(({ stream, release }) =>
    publicImages(release.record)
      .slice(0, 1)
      .map((image) => ({ stream, image })),
  );
  const find = html`<p>A command that reads the signed documents, and takes nothing that is not signed by your keyring:</p>
${codeBlock(`aperiodic find --from ${base} --keyring keys.asc${example === undefined ? '' : ` \\\n  --distro ${example.stream.distribution} --image ${example.stream.image} --arch ${machineOf(example.image.architecture)} --region ${example.image.region}`}`, 'Command that finds an image in signed documents')}`;
  if (example === undefined) return find;
  const { stream, image } = example;
  const document = latestImagePath(stream.id, machineOf(image.architecture), image.region);
  return html`<p>The newest AMI of a stream in a region, as <a href="${document}">JSON</a> and as <a href="${plainPathOf(document)}">its id alone</a>:</p>
${codeBlock(`curl --fail ${base}/${plainPathOf(document)}`, 'Command that asks for the newest AMI')}
<p>In Terraform:</p>
${codeBlock(
  `data "http" "image" {
  url = "${base}/${document}"
}

resource "aws_instance" "example" {
  ami           = jsondecode(data.http.image.response_body).ami
  instance_type = "${instanceType(image.architecture)}"
}`,
  'Terraform that asks for the newest AMI',
)}
${find}`;
}
