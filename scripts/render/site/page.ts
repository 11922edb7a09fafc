/** What all pages share. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { SiteSettings } from '../../model/site/part.ts';
import { type Html, html, type Part, relativePath } from './html.ts';
import { allReleasesFeed } from './paths.ts';

/**
 * Nothing but the site's own style sheet, script, images and data; nothing inline, no form that goes anywhere. Servers should
 * send the same as a header, with frame-ancestors, which has no effect here (docs/site.md).
 */
export const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

export interface PageContent {
  /** Path of the page from the top of the site. */
  path: string;
  title: string;
  description: string;
  body: Part;
  /** Feeds of what is on the page. */
  feeds?: readonly { title: string; address: string }[];
  /** What stands above the heading: from the top of the site down. */
  trail?: readonly { title: string; path: string }[];
  /** Shown at whatever address is asked for: its links begin at the top of the site. */
  isAnywhere?: boolean;
}

const sections = [
  { title: 'Images', path: 'index.html' },
  { title: 'AMIs', path: 'amis.html' },
  { title: 'Verify', path: 'verify.html' },
  { title: 'Quality', path: 'qa.html' },
  { title: 'Policy', path: 'policy.html' },
  { title: 'Data', path: 'data.html' },
];

export function renderPage(page: PageContent, site: SiteSettings): PublishedFile {
  const to = (path: string) =>
    page.isAnywhere === true ? `${rootOf(site)}/${path}` : relativePath(page.path, path);
  const title = page.title === site.title ? site.title : `${page.title} · ${site.title}`;
  const hasNone = site.address === undefined || page.isAnywhere === true;
  const canonical = hasNone ? undefined : `${site.address}/${page.path}`;
  const feeds = [{ title: `Releases of ${site.title}`, address: to(allReleasesFeed) }, ...(page.feeds ?? [])];
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<meta name="description" content="${page.description}">
${canonical !== undefined && html`<link rel="canonical" href="${canonical}">\n`}<link rel="icon" type="image/svg+xml" href="${to(`assets/${site.assets.icon}`)}">
<link rel="stylesheet" href="${to(`assets/${site.assets.style}`)}">
${feeds.map((feed) => html`<link rel="alternate" type="application/atom+xml" title="${feed.title}" href="${feed.address}">\n`)}<script src="${to(`assets/${site.assets.script}`)}" defer></script>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<div class="wrap">
<a class="brand" href="${to('index.html')}"><svg class="mark" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path d="M16 2 30 12.2 24.7 28.6H7.3L2 12.2Z"/><path d="M16 2v14.7M30 12.2l-14 4.5M24.7 28.6 16 16.7M7.3 28.6 16 16.7M2 12.2l14 4.5"/></svg><span>${site.title}</span></a>
<nav aria-label="Site"><ul>${sections.map(({ title: name, path }) => html`<li><a href="${to(path)}"${path === page.path && html` aria-current="page"`}>${name}</a></li>`)}</ul></nav>
</div>
</header>
<main id="main" class="wrap" tabindex="-1">
${page.trail !== undefined && html`<nav class="trail" aria-label="Breadcrumb"><ol>${page.trail.map((step) => html`<li><a href="${to(step.path)}">${step.title}</a></li>`)}</ol></nav>\n`}${page.body}
</main>
<footer class="bottom">
<div class="wrap">
<p>Made from records in git; every file is covered by the <a href="${to('CHECKSUM')}">CHECKSUM</a>. What is said here is what we aim at, and no promise.</p>
<p><a href="${to(allReleasesFeed)}">Feed of releases</a> · <a href="${to('data.html')}">Feeds and data of streams</a>${sourceLink(site)}</p>
</div>
</footer>
</body>
</html>
`;
  return { path: page.path, content: text };
}

function sourceLink({ source }: SiteSettings): Html | undefined {
  return source === undefined ? undefined : html` · <a href="${source}">Source, and how to help</a>`;
}

/** Path of the top of the site on its server, without a slash at its end. */
export function rootOf({ address }: SiteSettings): string {
  return address === undefined ? '' : new URL(address).pathname.replace(/\/$/, '');
}
