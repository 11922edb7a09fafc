/** The part of the site that people look at. */
import type { SitePart } from '../../model/site/part.ts';
import { renderAmisPage } from './amis-page.ts';
import { renderDataPage } from './data-page.ts';
import { renderDocumentPages } from './documents-pages.ts';
import { renderFinderData } from './finder-data.ts';
import { renderHomePage } from './home-page.ts';
import { renderMissingPage } from './missing-page.ts';
import { renderAllFeed, renderStreamFeed } from './release-feeds.ts';
import { renderReleasePage } from './release-page.ts';
import { renderStreamPage } from './stream-page.ts';

export const webPages: SitePart = {
  name: 'web-pages',
  releaseFiles: (view, site) => [renderReleasePage(view, site)],
  streamFiles: (view, site) => [renderStreamPage(view, site), renderStreamFeed(view.stream, site)],
  indexFiles: (view, site) => [
    renderHomePage(view, site),
    renderAmisPage(view, site),
    renderFinderData(view, site),
    renderDataPage(view, site),
    renderAllFeed(view.catalog.streams, site),
  ],
  documentFiles: (view, site) => [renderMissingPage(site), ...renderDocumentPages(view, site)],
};
