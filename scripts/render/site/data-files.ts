/** The part of the site that programs read: simplestreams and the JSON API. */
import type { SitePart } from '../../model/site/part.ts';
import { renderApiDescriptions, renderApiIndexes, renderApiRelease, renderApiStream } from '../api/render.ts';
import { renderStreamProducts, renderStreamsIndex } from '../simplestreams/render.ts';

export const dataFiles: SitePart = {
  name: 'data-files',
  releaseFiles: ({ stream, release }, { downloads }) => [renderApiRelease(stream, release, { downloads })],
  streamFiles: ({ stream }, { downloads, idPrefix }) => [
    ...renderApiStream(stream, { downloads }),
    ...renderStreamProducts(stream, { prefix: idPrefix }),
  ],
  indexFiles: ({ catalog }, { downloads, idPrefix }) => [
    ...renderApiIndexes(catalog, { downloads }),
    renderStreamsIndex(catalog, { prefix: idPrefix }),
  ],
  documentFiles: () => renderApiDescriptions(),
};
