import assert from 'node:assert/strict';
import test from 'node:test';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { imageOf } from './plan/golden-case.ts';
import * as fixture from './repository-fixture.ts';

const { folder, problemsOf, record, release, sha, streamYaml } = fixture;
const version = '20261101.0';
const targets = `mirrors: [{id: primary, keep: 3}]
aws:
  account: "012345678901"
  home: eu-central-1
  regions:
    - {id: eu-central-1}
    - {id: us-east-1}
    - {id: ap-southeast-1, bestEffort: true}
  pointers: /aperiodic
`;
const retention = 'aws: {retention: {public: 3, deprecateAfterDays: 90, removeAfterDays: 365}}\n';
const aws = { home: 'eu-central-1', regions: ['eu-central-1', 'us-east-1'], bestEffort: ['ap-southeast-1'] };
const images = ['eu-central-1', 'us-east-1'].map((region) => imageOf(version, region));

type Files = Record<string, string | null>;

function sound(more: Partial<PublishedRecord> = {}): Files {
  const asked = release(version, sha('9'), { targets: { mirrors: ['primary'], aws } });
  return {
    ...fixture.baseFiles(),
    'releases/targets.yaml': targets,
    [`${folder}/stream.yaml`]: streamYaml + retention,
    [`${folder}/${version}.yaml`]: renderRelease(asked),
    [`${folder}/${version}.published.yaml`]: renderRecord({ ...record(version, sha('9')), images, ...more }),
  };
}

const edit = (file: string, from: string | RegExp, to: string) => (files: Files) => {
  const text = String(files[file]);
  assert.notEqual(text.replace(from, to), text, `${file} has no ${from}`);
  files[file] = text.replace(from, to);
};
const targetsFile = 'releases/targets.yaml';
const streamFile = `${folder}/stream.yaml`;
const releaseFile = `${folder}/${version}.yaml`;

test('a repository with AMIs has no problems', async () => {
  assert.deepEqual(await problemsOf(sound()), []);
});

const cases: Record<string, [(files: Files) => void, RegExp]> = {
  'an account that is a number': [
    edit(targetsFile, '"012345678901"', '012345678901'),
    /^releases\/targets\.yaml:3: 'aws\.account' must be string, not the number/,
  ],
  'a region that is none': [
    edit(targetsFile, '{id: us-east-1}', '{id: us-east}'),
    /^releases\/targets\.yaml:7: 'aws\.regions\[1\]\.id'/,
  ],
  'a region twice': [
    edit(targetsFile, '{id: us-east-1}', '{id: eu-central-1}'),
    /^releases\/targets\.yaml:7: region 'eu-central-1' is named twice$/,
  ],
  'a home that is no region': [
    edit(targetsFile, 'home: eu-central-1', 'home: eu-west-1'),
    /^releases\/targets\.yaml:4: 'home' is eu-west-1, which is not among 'regions'/,
  ],
  'a home of best effort': [
    edit(targetsFile, 'home: eu-central-1', 'home: ap-southeast-1'),
    /^releases\/targets\.yaml:4: 'home' is ap-southeast-1, which is one of 'bestEffort'/,
  ],
  'pointers that AWS keeps to itself': [
    edit(targetsFile, '/aperiodic', '/AWS/images'),
    /^releases\/targets\.yaml:9: 'aws\.pointers'/,
  ],
  'images gone before they are deprecated': [
    edit(streamFile, 'removeAfterDays: 365', 'removeAfterDays: 90'),
    /stream\.yaml:9: 'removeAfterDays' must be more than 'deprecateAfterDays' \(90\)/,
  ],
  'a deprecation later than AWS allows': [
    edit(streamFile, 'deprecateAfterDays: 90', 'deprecateAfterDays: 731'),
    /stream\.yaml:9: 'aws\.retention\.deprecateAfterDays'/,
  ],
  'none stays public': [
    edit(streamFile, 'public: 3', 'public: 0'),
    /stream\.yaml:9: 'aws\.retention\.public'/,
  ],
  'a release whose home is not among its regions': [
    edit(releaseFile, 'home: eu-central-1', 'home: sa-east-1'),
    /20261101\.0\.yaml:13: 'home' is sa-east-1, which is not among 'regions'/,
  ],
  'a region that is required and best effort': [
    edit(releaseFile, 'ap-southeast-1', 'us-east-1'),
    /20261101\.0\.yaml:18: region 'us-east-1' is in 'regions' already$/,
  ],
  'AWS taken away while images are there': [
    (files) => {
      files[targetsFile] = fixture.targetsYaml('primary');
    },
    /^releases\/targets\.yaml: has no 'aws', but AMIs of testix-1\/cloud-base 20261101\.0 are there/,
  ],
};

for (const [name, [change, words]] of Object.entries(cases)) {
  test(name, async () => {
    const files = sound();
    change(files);
    const problems = await problemsOf(files);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', words);
  });
}

test('a record names one image for each region and architecture of its release', async () => {
  const [first] = images;
  assert.ok(first);
  const twice = await problemsOf(sound({ images: [...images, { ...first, ami: 'ami-12345678' }] }));
  assert.match(twice.join('\n'), /published\.yaml:\d+: names a second image for amd64 in eu-central-1$/);
  const other = await problemsOf(sound({ images: [{ ...first, architecture: 'arm64' }] }));
  assert.match(other.join('\n'), /published\.yaml:\d+: 'arm64' is not an architecture of the release$/);
});

test('AWS may go when all images are removed', async () => {
  const removed = images.map((image) => ({ ...image, state: 'removed' as const }));
  const files = sound({ images: removed });
  files[targetsFile] = fixture.targetsYaml('primary');
  assert.deepEqual(await problemsOf(files), []);
});
