/** How a release is taken: files, AMIs, containers. Of one that is deprecated no AMIs: the date is theirs alone. */
import type { ReleaseView, SiteSettings } from '../../model/site/part.ts';
import { note } from './blocks.ts';
import { renderContainers, renderDownloads } from './downloads.ts';
import { type Html, html, relativePath } from './html.ts';
import { renderLaunch } from './launch.ts';
import { shownRecord, streamPage } from './paths.ts';
import { formatDay } from './words.ts';

/** Below a heading of the second level. */
export function renderGet(view: ReleaseView, site: SiteSettings): Html {
  const record = shownRecord(view.release);
  const launch = view.deprecated ? undefined : renderLaunch(record, site);
  const containers = renderContainers(record, site);
  const parts = record.architectures.map(
    (part) => html`<section class="architecture" aria-labelledby="download-${part.architecture}">
<h3 id="download-${part.architecture}">Download for ${part.architecture}</h3>
${renderDownloads(record, part, site)}</section>
`,
  );
  return html`<ul class="jumps" aria-label="Ways to get it">${record.architectures.map(({ architecture }) => html`<li><a href="#download-${architecture}">Download, ${architecture}</a></li>`)}${launch !== undefined && html`<li><a href="#amis">Launch on EC2</a></li>`}${containers !== undefined && html`<li><a href="#pull">Pull from a registry</a></li>`}</ul>
${parts}${containers}${launch}`;
}

/** What stands above everything else of a release that is not simply the one to take. */
export function renderStanding({ stream, release, deprecated }: ReleaseView, path: string): Html | false {
  const { withdrawn } = release.release;
  const page = streamPage(stream.id);
  // On the page of the stream that would lead to where one is.
  const newer =
    path === page
      ? html`nothing newer is there`
      : html`<a href="${relativePath(path, page)}">see what is offered now</a>`;
  if (withdrawn !== undefined) {
    return note(
      'danger',
      html`<p><strong>Withdrawn</strong> on ${formatDay(withdrawn.at)}: ${withdrawn.reason}</p>
<p>Do not use it. Nothing of it is offered here any more: ${newer}.</p>`,
    );
  }
  if (deprecated) {
    return note(
      'warning',
      html`<p><strong>Deprecated.</strong> Its AMIs count as deprecated on EC2 and will go; they are not offered any more. Its files stay what they are: ${newer}.</p>`,
    );
  }
  if (release.standing === 'superseded')
    return note('plain', html`<p><strong>A newer release is out:</strong> ${newer}.</p>`);
  return false;
}
