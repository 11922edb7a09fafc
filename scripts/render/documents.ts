/** What is published about an image beside its files: what is in it, and how it came about. */
import { baseName } from '../model/base-name.ts';
import { renderCycloneDx } from './documents/cyclonedx.ts';
import { type Origin, type Proven, renderProvenance, type Sbom } from './documents/provenance.ts';
import { renderSpdx } from './documents/spdx.ts';

export interface RenderedDocument {
  /** File name, beginning with the image's. */
  name: string;
  kind: 'sbom' | 'provenance';
  text: string;
}

/**
 * The SBOMs of one image and the provenance that names them by digest. Equal input gives equal bytes.
 * @param at RFC 3339 in UTC, to the second: when the documents count as made; never the clock, which a second run
 *   would read differently
 */
export function renderDocuments(image: Proven, at: string, origin?: Origin): RenderedDocument[] {
  const { built } = image.tested;
  const base = baseName(built.job);
  // Media types as IANA lists them.
  const sboms: Sbom[] = [
    { name: `${base}.spdx.json`, mediaType: 'application/spdx+json', text: renderSpdx(built, at) },
    {
      name: `${base}.cdx.json`,
      mediaType: 'application/vnd.cyclonedx+json',
      text: renderCycloneDx(built, at),
    },
  ];
  return [
    ...sboms.map(({ name, text }) => ({ name, kind: 'sbom' as const, text })),
    {
      name: `${base}.provenance.json`,
      kind: 'provenance',
      text: renderProvenance(image, sboms, origin),
    },
  ];
}
