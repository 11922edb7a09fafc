/**
 * SBOM of one image in SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/), from its pins.
 *
 * Not SPDX 3.0: scanners, viewers and validators read 2.3 today and few read 3.0, whose JSON-LD says nothing more about a
 * list of packages. Published files are packages with a file name, not SPDX files: those must have a SHA-1 (8.4), and the
 * project knows its files by SHA-256 only. Suppliers and licences are in the packages themselves, which pins do not hold,
 * so they are NOASSERTION; the source package is left out for the same reason.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { baseName } from '../../model/base-name.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { compareText } from '../../model/order.ts';
import { comparePins } from '../../model/pins.ts';
import type { Built, BuiltArtifact, Job, Pin } from '../../model/types.generated.ts';
import { nameUuid } from './name-uuid.ts';
import { formatPurl } from './purl.ts';

const unknown = 'NOASSERTION';
const document = 'SPDXRef-DOCUMENT';
const image = 'SPDXRef-Image';

/** @param at RFC 3339 in UTC, to the second: when the document counts as made */
export function renderSpdx({ job, raw, artifacts }: Built, at: string): string {
  const files = [...artifacts].sort((a, b) => compareText(a.name, b.name));
  const pins = [...job.pins.packages].sort(comparePins);
  const body = {
    name: baseName(job),
    dataLicense: 'CC0-1.0',
    creationInfo: { created: at, creators: ['Tool: aperiodic'] },
    comment:
      'Lists the distribution packages that the image is made of, as they are pinned. Files that the kickstart and the ' +
      "boot loader's installation write are not listed one by one.",
    packages: [imagePackage(job, raw.sha256), ...files.map(filePackage(job)), ...pins.map(pinPackage(job))],
    relationships: [
      relate(document, 'DESCRIBES', image),
      ...files.map((file) => relate(fileId(file), 'GENERATED_FROM', image)),
      ...pins.map((pin) => relate(image, 'CONTAINS', pinId(pin))),
    ],
  };
  // Another document has another name space (6.5), so that of this one follows from all that it says.
  const uuid = nameUuid(createHash('sha256').update(canonicalJson(body)).digest('hex'));
  const head = { spdxVersion: 'SPDX-2.3', SPDXID: document, documentNamespace: `urn:uuid:${uuid}` };
  return canonicalJson({ ...head, ...body });
}

function imagePackage(job: Job, sha256: string) {
  return {
    SPDXID: image,
    name: job.name,
    versionInfo: job.version,
    packageFileName: `${baseName(job)}.raw`,
    primaryPackagePurpose: 'OPERATING_SYSTEM',
    ...common(sha256),
    sourceInfo: `stream ${job.stream}, architecture ${job.architecture}, commit ${job.commit}, content ${job.content}`,
  };
}

function filePackage(job: Job) {
  return (artifact: BuiltArtifact) => ({
    SPDXID: fileId(artifact),
    name: artifact.name,
    versionInfo: job.version,
    packageFileName: artifact.name,
    primaryPackagePurpose: 'FILE',
    ...common(artifact.file.sha256),
  });
}

function pinPackage(job: Job) {
  return (pin: Pin) => ({
    SPDXID: pinId(pin),
    name: pin.name,
    versionInfo: pin.version,
    packageFileName: path.posix.basename(pin.path),
    ...common(pin.sha256),
    sourceInfo: `${pin.path} in the repository ${pin.repository}`,
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceType: 'purl',
        referenceLocator: formatPurl(job.payload, pin, job.stream),
      },
    ],
  });
}

function common(sha256: string) {
  return {
    supplier: unknown,
    // Where a repository is, is each machine's configuration.
    downloadLocation: unknown,
    filesAnalyzed: false,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
    licenseConcluded: unknown,
    licenseDeclared: unknown,
    copyrightText: unknown,
  };
}

function relate(spdxElementId: string, relationshipType: string, relatedSpdxElement: string) {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function fileId({ name }: BuiltArtifact): string {
  return `SPDXRef-File-${escapeId(name)}`;
}

/** The last hyphen ends the name: no architecture has one. */
function pinId({ name, architecture }: Pin): string {
  return `SPDXRef-Package-${escapeId(name)}-${escapeId(architecture)}`;
}

/** Ids are letters, digits, dots and hyphens (3.2). A dot with two hexadecimal digits stands for others, and for a dot. */
function escapeId(text: string): string {
  return text.replace(
    /[^A-Za-z0-9-]/g,
    (character) => `.${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
