/** What the form on the home page chooses from: current releases and nothing else. */
import type { PublishedFile } from '../../model/site/file.ts';
import type { SiteSettings, SiteView } from '../../model/site/part.ts';
import { pullCommands } from './downloads.ts';
import { finderData } from './home-page.ts';
import { instanceType, publicImages } from './launch.ts';
import { fileAddress, releasePage, shownRecord, streamPage } from './paths.ts';
import { consoleLink, regionName } from './region-names.ts';
import { distributionName, imageName } from './words.ts';

export function renderFinderData({ current }: SiteView, site: SiteSettings): PublishedFile {
  const streams = current
    .filter(({ deprecated }) => !deprecated)
    .map(({ stream, release }) => ({ stream, version: release.version, record: shownRecord(release) }))
    .map(({ stream, version, record }) => ({
      distribution: distributionName(stream.distribution, stream.distributionRelease),
      image: imageName(stream.image),
      version,
      page: streamPage(stream.id),
      permanent: releasePage(stream.id, version),
      pulls: pullCommands(record, site),
      architectures: record.architectures.map(({ architecture, artifacts }) => ({
        name: architecture,
        type: instanceType(architecture),
        files: artifacts.map(({ name, format, size, sha256 }) => ({
          name,
          format,
          size,
          sha256,
          address: fileAddress(record, name, site),
        })),
        amis: publicImages(record)
          .filter((image) => image.architecture === architecture)
          .map(({ region, ami }) => ({ region, ami, console: consoleLink(region, ami) })),
      })),
    }));
  const regions = [
    ...new Set(
      streams.flatMap(({ architectures }) =>
        architectures.flatMap(({ amis }) => amis.map(({ region }) => region)),
      ),
    ),
  ].sort();
  const places = regions.map((region) => ({ region, name: regionName(region) }));
  return { path: finderData, content: `${JSON.stringify({ places, streams })}\n` };
}
