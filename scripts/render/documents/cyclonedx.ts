/**
 * SBOM of one image in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), from its pins. What it leaves unsaid, and why,
 * is as in the SPDX document; which package needs which other is not in the pins, and said to be unknown.
 */
import { createHash } from 'node:crypto';
import { baseName } from '../../model/base-name.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { compareText } from '../../model/order.ts';
import { comparePins } from '../../model/pins.ts';
import type { Built, Job, Pin } from '../../model/types.generated.ts';
import { nameUuid } from './name-uuid.ts';
import { formatPurl } from './purl.ts';

/** @param at RFC 3339 in UTC, to the second: when the document counts as made */
export function renderCycloneDx(built: Built, at: string): string {
  const { job } = built;
  const image = baseName(job);
  const body = {
    version: 1,
    metadata: {
      timestamp: at,
      tools: { components: [{ type: 'application', name: 'aperiodic' }] },
      component: imageComponent(built, image),
      properties: properties({ stream: job.stream, commit: job.commit, content: job.content }),
    },
    components: [...job.pins.packages].sort(comparePins).map((pin) => packageComponent(pin, job)),
    compositions: [{ aggregate: 'unknown', dependencies: [image] }],
  };
  const uuid = nameUuid(createHash('sha256').update(canonicalJson(body)).digest('hex'));
  return canonicalJson({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    ...body,
  });
}

/** The disk image. The published files hold it in other forms: where it is got from, beside this document. */
function imageComponent({ job, raw, artifacts }: Built, ref: string) {
  return {
    type: 'operating-system',
    'bom-ref': ref,
    name: job.name,
    version: job.version,
    hashes: hashes(raw.sha256),
    externalReferences: [...artifacts]
      .sort((a, b) => compareText(a.name, b.name))
      .map(({ name, file }) => ({ type: 'distribution', url: name, hashes: hashes(file.sha256) })),
    properties: properties({ architecture: job.architecture }),
  };
}

function packageComponent(pin: Pin, job: Job) {
  const purl = formatPurl(job.payload, pin, job.stream);
  return {
    type: 'library',
    'bom-ref': purl,
    name: pin.name,
    version: pin.version,
    hashes: hashes(pin.sha256),
    purl,
    properties: properties({ repository: pin.repository, path: pin.path }),
  };
}

function hashes(sha256: string) {
  return [{ alg: 'SHA-256', content: sha256 }];
}

function properties(values: Record<string, string>) {
  return Object.entries(values).map(([name, value]) => ({ name: `aperiodic:${name}`, value }));
}
