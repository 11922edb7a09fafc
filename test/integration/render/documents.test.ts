import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Tested } from '../../../scripts/model/types.generated.ts';
import type { Origin } from '../../../scripts/render/documents/provenance.ts';
import { renderDocuments } from '../../../scripts/render/documents.ts';
import { image, withPackages } from '../../render/documents/arbitrary-image.ts';
import { digestOf, makeTested } from '../../support/candidate.ts';
import { makeCommittedImage, pinsFile, readCommitted } from '../../support/committed-image.ts';
import { assertGolden } from '../../support/golden.ts';

const at = '2026-11-22T00:00:00Z';
const base = 'Debian-Cloud-Base-12-20261122.0.amd64';

/** Small enough to be read: one package, one line of kickstart. */
function smallImage(): Tested {
  const tested = makeTested();
  const { job } = tested.built;
  const kickstart = [{ text: 'lang C.UTF-8', file: 'kickstarts/small.ks', line: 1 }];
  return { ...tested, built: { ...tested.built, job: { ...job, kickstart } } };
}

function textsOf(tested: Tested, when = at): string[] {
  return renderDocuments({ tested }, when).map(({ text }) => text);
}

function provenanceOf(tested: Tested, origin?: Origin, launch?: object) {
  const text = renderDocuments({ tested, launch }, at, origin).at(-1)?.text ?? '';
  const { subject, predicate } = JSON.parse(text);
  return { subject, ...predicate };
}

test('names, and all three documents of a small image', () => {
  const documents = renderDocuments({ tested: smallImage() }, at);
  assert.deepEqual(
    documents.map(({ name, kind }) => [name, kind]),
    [
      [`${base}.spdx.json`, 'sbom'],
      [`${base}.cdx.json`, 'sbom'],
      [`${base}.provenance.json`, 'provenance'],
    ],
  );
  const golden = path.join(import.meta.dirname, '../../render/documents/golden');
  for (const { name, text } of documents) {
    assertGolden(path.join(golden, name.slice(base.length + 1)), text);
  }
});

test('the same content in whatever order gives the same bytes', () => {
  fc.assert(
    fc.property(image, (tested) => {
      const { built, qa } = tested;
      const turned = {
        qa,
        built: {
          raw: built.raw,
          artifacts: built.artifacts.toReversed(),
          tools: Object.fromEntries(Object.entries(built.tools).reverse()),
          job: {
            ...built.job,
            formats: built.job.formats.toReversed(),
            pins: { ...built.job.pins, packages: built.job.pins.packages.toReversed() },
          },
        },
      };
      assert.deepEqual(textsOf(turned), textsOf(tested));
    }),
    { numRuns: 50 },
  );
});

test('ids are unique and of SPDX’s letters, however packages are named', () => {
  fc.assert(
    fc.property(image, (tested) => {
      const [spdx = ''] = textsOf(tested);
      const ids: string[] = JSON.parse(spdx).packages.map(({ SPDXID }: { SPDXID: string }) => SPDXID);
      for (const id of ids) assert.match(id, /^SPDXRef-[A-Za-z0-9.-]+$/);
      assert.equal(new Set(ids).size, ids.length);
    }),
    { numRuns: 50 },
  );
  const [pin] = makeTested().built.job.pins.packages;
  assert.ok(pin !== undefined);
  const near = ['a.2B', 'a+', 'a-amd64', 'a'].map((name) => ({ ...pin, name }));
  const [spdx = ''] = textsOf(withPackages(near));
  assert.deepEqual(spdx.match(/"SPDXRef-Package-[^"]*(?=",\n {3}"checksums")/g), [
    '"SPDXRef-Package-a-amd64',
    '"SPDXRef-Package-a.2B-amd64',
    '"SPDXRef-Package-a-amd64-amd64',
    '"SPDXRef-Package-a.2E2B-amd64',
  ]);
});

test('a document that says something else has another id', () => {
  const idsOf = (texts: string[]) =>
    texts.flatMap((text) => text.match(/"urn:uuid:[^"#]+"/g) ?? []).toSorted();
  const first = idsOf(textsOf(smallImage()));
  assert.equal(new Set(first).size, 2);
  const later = idsOf(textsOf(smallImage(), '2026-11-23T00:00:00Z'));
  const other = idsOf(
    textsOf({ ...smallImage(), built: { ...smallImage().built, raw: makeTested('arm64').built.raw } }),
  );
  assert.equal(new Set([...first, ...later, ...other]).size, 6);
});

test('provenance names files that anybody can digest: the committed pins, the SBOMs', async () => {
  const tested = await makeCommittedImage();
  const { buildDefinition, runDetails } = provenanceOf(tested);
  assert.deepEqual(buildDefinition.resolvedDependencies[2], {
    name: pinsFile,
    digest: { sha256: digestOf(await readCommitted(pinsFile)) },
  });
  assert.deepEqual(buildDefinition.externalParameters.kickstart, [
    'kickstarts/include/debian-system.ks',
    'kickstarts/include/debian-bootable-disk.ks',
    'kickstarts/include/debian-cloud-init.ks',
    'kickstarts/include/debian-server.ks',
    'kickstarts/debian-cloud-base.ks',
  ]);
  const [spdx = '', cyclonedx = ''] = textsOf(tested);
  const digests = runDetails.byproducts.map(({ digest }: { digest: { sha256: string } }) => digest.sha256);
  assert.deepEqual(digests.slice(0, 2), [digestOf(spdx), digestOf(cyclonedx)]);
});

test('provenance names the builder image that made it, by digest and package URL', () => {
  const image = smallImage();
  const sum = 'ab'.repeat(32);
  image.built.job.builder = `registry.example.org:5000/aperiodic/builder@sha256:${sum}`;
  assert.deepEqual(provenanceOf(image).buildDefinition.resolvedDependencies[3], {
    name: 'builder',
    uri: `pkg:oci/builder@sha256%3A${sum}?repository_url=registry.example.org%3A5000%2Faperiodic%2Fbuilder`,
    digest: { sha256: sum },
  });
});

test('provenance holds the reports themselves', () => {
  const launch = { region: 'eu-central-1', ami: 'ami-01234567' };
  const { runDetails } = provenanceOf(smallImage(), {}, launch);
  const reports = runDetails.byproducts.slice(2).map((byproduct: Record<string, string>) => {
    const text = Buffer.from(byproduct.content ?? '', 'base64').toString();
    assert.deepEqual(byproduct.digest, { sha256: digestOf(text) });
    return [byproduct.name, JSON.parse(text)];
  });
  assert.deepEqual(reports, [
    ['qa-report', JSON.parse(JSON.stringify(smallImage().qa))],
    ['launch-report', launch],
  ]);
});

test('provenance says where it was made only when that is known', () => {
  const known = {
    repository: 'https://git.example/images.git',
    builder: 'https://ci.example/runner',
    invocation: 'https://ci.example/runs/1',
  };
  const { buildDefinition, runDetails } = provenanceOf(smallImage(), known);
  assert.equal(buildDefinition.externalParameters.repository, known.repository);
  assert.equal(
    buildDefinition.resolvedDependencies[0].uri,
    `git+https://git.example/images.git@${'c'.repeat(40)}`,
  );
  assert.equal(runDetails.builder.id, known.builder);
  assert.deepEqual(runDetails.metadata, { invocationId: known.invocation });
  const unknown = provenanceOf(smallImage());
  assert.match(unknown.runDetails.builder.id, /#aperiodic\/any-machine$/);
  assert.equal('metadata' in unknown.runDetails, false);
});
