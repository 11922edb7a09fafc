/** What servers show for an address that is not there: as GitHub Pages and `aperiodic serve` want it, at 404.html. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { SiteSettings } from '../../model/site/part.ts';
import { html } from './html.ts';
import { renderPage, rootOf } from './page.ts';

export function renderMissingPage(site: SiteSettings): PublishedFile {
  const root = rootOf(site);
  const body = html`<header class="headline">
<h1>There is nothing here</h1>
<p class="lead">Pages of releases stay where they are, so the address is probably mistyped.</p>
</header>
<p><a class="button" href="${root}/index.html">All images</a></p>
`;
  const description = 'This address leads nowhere.';
  return renderPage({ path: '404.html', title: 'Nothing here', description, body, isAnywhere: true }, site);
}
