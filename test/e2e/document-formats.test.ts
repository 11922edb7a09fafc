/** SBOMs and provenance, read by the formats' own validators and by purl's own library. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { comparePins } from '../../scripts/model/pins.ts';
import type { Tested } from '../../scripts/model/types.generated.ts';
import { renderDocuments } from '../../scripts/render/documents.ts';
import { image } from '../render/documents/arbitrary-image.ts';
import { makeTested } from '../support/candidate.ts';
import { makeCommittedImage } from '../support/committed-image.ts';
import { pythonOfTests } from '../support/python.ts';

interface Texts {
  spdx: string;
  cyclonedx: string;
  provenance: string;
}

interface Look {
  problems: string[];
  purls: object[];
}

function textsOf(tested: Tested): Texts {
  const origin = { repository: 'https://git.example/images.git', invocation: 'https://ci.example/runs/1' };
  const documents = renderDocuments({ tested }, '2026-11-22T00:00:00Z', origin);
  const [spdx = '', cyclonedx = '', provenance = ''] = documents.map(({ text }) => text);
  return { spdx, cyclonedx, provenance };
}

async function look(texts: readonly Texts[]): Promise<Look[]> {
  const script = fileURLToPath(new URL('../support/documents-look.py', import.meta.url));
  const { stdout } = await exec(pythonOfTests(), ['-I', script], {
    input: JSON.stringify(texts),
    what: 'the documents could not be validated',
  });
  return JSON.parse(stdout);
}

function purlsOf({ built: { job } }: Tested): object[] {
  return [...job.pins.packages].sort(comparePins).map(({ name, version, architecture }) => ({
    type: 'deb',
    namespace: 'debian',
    name: name.toLowerCase(),
    version,
    qualifiers: { arch: architecture, distro: 'debian-12' },
    subpath: null,
    canonical: true,
  }));
}

test('documents of the committed stream, and of any pins, are valid and name each package', async () => {
  const images = [await makeCommittedImage(), ...fc.sample(image, 25)];
  const looks = await look(images.map(textsOf));
  assert.equal(looks.length, images.length);
  for (const [i, tested] of images.entries()) {
    assert.deepEqual(looks[i], { problems: [], purls: purlsOf(tested) });
  }
});

test('the validators see what is wrong', async () => {
  const good = textsOf(makeTested());
  const spoilt: [keyof Texts, string, string, RegExp][] = [
    ['spdx', 'SPDX-2.3', 'SPDX-9.9', /^SPDX: .*SPDX-9\.9/],
    ['spdx', '"filesAnalyzed"', '"filesAnalysed"', /^SPDX: Additional properties/],
    [
      'spdx',
      '"relatedSpdxElement": "SPDXRef-Image"',
      '"relatedSpdxElement": "SPDXRef-Nothing"',
      /^SPDX: .*Nothing/,
    ],
    ['cyclonedx', '"operating-system"', '"operating system"', /^CycloneDX: .*operating system/],
    ['cyclonedx', '"timestamp": "2026', '"timestamp": "yesterday', /^CycloneDX: .*yesterday/],
    ['provenance', '"runDetails"', '"details"', /^provenance: .*details/],
    [
      'provenance',
      'https://in-toto.io/Statement/v1',
      'https://in-toto.io/Statement/v9',
      /^provenance: Wrong/,
    ],
  ];
  const looks = await look(
    spoilt.map(([kind, from, to]) => ({ ...good, [kind]: good[kind].replace(from, to) })),
  );
  for (const [i, [, , , expected]] of spoilt.entries()) {
    assert.ok(
      looks[i]?.problems.some((problem) => expected.test(problem)),
      `${expected}: ${looks[i]?.problems}`,
    );
  }
});
