/**
 * How one image came about: an in-toto Statement v1 with SLSA's provenance v1 as its predicate
 * (https://slsa.dev/spec/v1.0/provenance). docs/provenance.md explains each field.
 *
 * It is plain JSON, signed beside it by the key that signs the release. A DSSE envelope would hold the same text, but its
 * verifiers (cosign, slsa-verifier) take no OpenPGP keys, and gpgv reads no envelope.
 */
import { createHash } from 'node:crypto';
import { baseName } from '../../model/base-name.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { parseBuilderReference } from '../../model/container/builder-reference.ts';
import { rawName } from '../../model/image-formats.ts';
import { compareText } from '../../model/order.ts';
import type { Built, Job, QaReport, Tested } from '../../model/types.generated.ts';
import { renderPins } from '../pins.ts';

/** Names the meaning of the parameters below; docs/provenance.md is its definition. Another meaning gets another number. */
export const buildType = 'urn:uuid:3f718bbc-cfaf-4e97-9b9d-2e45acbd26e5#aperiodic/image/v1';

/** Somebody's machine, of which nothing is known but that it had the signing key. */
export const anyBuilder = 'urn:uuid:3f718bbc-cfaf-4e97-9b9d-2e45acbd26e5#aperiodic/any-machine';

/** What the values of a release do not know about the machine. */
export interface Origin {
  /** Public address of the git repository, such as https://example.org/images.git. */
  repository?: string | undefined;
  /** URI of the build platform. Default: `anyBuilder`. */
  builder?: string | undefined;
  /** URI of the run, such as its address in CI. */
  invocation?: string | undefined;
}

/** What was seen of one image. */
export interface Proven {
  tested: Pick<Tested, 'built' | 'qa'>;
  /** What an instance of the AMI said; absent when there was none. */
  launch?: object | undefined;
}

/** An SBOM as it is published. */
export interface Sbom {
  name: string;
  mediaType: string;
  text: string;
}

/** @param sboms of the same image, which name its packages one by one */
export function renderProvenance(
  { tested: { built, qa }, launch }: Proven,
  sboms: readonly Sbom[],
  origin: Origin = {},
): string {
  const { job } = built;
  return canonicalJson({
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects(built),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: externalParameters(job, origin),
        internalParameters: { payload: job.payload, limits: job.limits },
        resolvedDependencies: dependencies(job, origin),
      },
      runDetails: {
        builder: { id: origin.builder ?? anyBuilder, version: built.tools },
        ...(origin.invocation === undefined ? {} : { metadata: { invocationId: origin.invocation } }),
        byproducts: [...sboms.map(describeSbom), ...reports(qa, launch)],
      },
    },
  });
}

/** The raw image is not among the published files: the AMIs are made of its bytes. */
function subjects({ job, raw, artifacts }: Built) {
  return [...artifacts, { name: rawName(baseName(job), job.formats), file: raw }]
    .map(({ name, file }) => ({ name, digest: { sha256: file.sha256 } }))
    .sort((a, b) => compareText(a.name, b.name));
}

function externalParameters(job: Job, { repository }: Origin) {
  return {
    ...(repository === undefined ? {} : { repository }),
    commit: job.commit,
    stream: job.stream,
    version: job.version,
    architecture: job.architecture,
    formats: [...job.formats].sort(),
    kickstart: [...new Set(job.kickstart.map(({ file }) => file))],
    pins: pinsPath(job),
    content: job.content,
  };
}

/** The packages are fixed by the pins' digest and listed in the SBOMs; a third list would add nothing but length. */
function dependencies(job: Job, { repository }: Origin) {
  const flattened = job.kickstart.map(({ text }) => `${text}\n`).join('');
  return [
    {
      name: 'repository',
      ...(repository === undefined ? {} : { uri: `git+${repository}@${job.commit}` }),
      digest: { gitCommit: job.commit },
    },
    { name: 'kickstart', digest: { sha256: sha256(flattened) } },
    { name: pinsPath(job), digest: { sha256: sha256(renderPins(job.pins)) } },
    ...(job.builder === undefined ? [] : [describeBuilder(job.builder)]),
  ];
}

/** By a package URL (purl-spec, oci): what the registry is called, and what was taken from it. */
function describeBuilder(reference: string) {
  const { address, digest } = parseBuilderReference(reference);
  const [, sum = ''] = digest.split(':');
  const name = address.slice(address.lastIndexOf('/') + 1);
  const uri = `pkg:oci/${name}@sha256%3A${sum}?repository_url=${encodeURIComponent(address)}`;
  return { name: 'builder', uri, digest: { sha256: sum } };
}

function pinsPath(job: Job): string {
  return `releases/${job.stream}/pins.${job.architecture}.yaml`;
}

function describeSbom({ name, mediaType, text }: Sbom) {
  return { name, digest: { sha256: sha256(text) }, mediaType };
}

/** With their text, as no file of its own is published for them. */
function reports(qa: QaReport, launch: object | undefined) {
  const named = [
    { name: 'qa-report', report: qa },
    { name: 'launch-report', report: launch },
  ];
  return named.flatMap(({ name, report }) => {
    if (report === undefined) return [];
    const text = canonicalJson(report);
    const content = Buffer.from(text).toString('base64');
    return [{ name, digest: { sha256: sha256(text) }, content, mediaType: 'application/json' }];
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
