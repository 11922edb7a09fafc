import assert from 'node:assert/strict';
import test from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { planRepository } from '../../scripts/model/plan.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import * as fixture from './repository-fixture.ts';

const { baseFiles, folder, load, pin, pins, problemsOf, record, release, sha, streamYaml } = fixture;
const version = '20261101.0';

function withRelease(): Record<string, string | null> {
  return {
    ...baseFiles(),
    [`${folder}/${version}.yaml`]: renderRelease(release(version, sha('9'))),
    [`${folder}/${version}.published.yaml`]: renderRecord(record(version, sha('9'))),
  };
}

test('a sound repository has no problems, and all of it is in the value', async () => {
  const { repository, problems } = await load(withRelease());
  assert.deepEqual(problems, []);
  const [stream] = repository.streams;
  assert.equal(repository.streams.length, 1);
  assert.equal(stream?.id, fixture.streamId);
  assert.equal(stream?.kickstart?.length, 5);
  assert.match(stream?.content ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(stream?.pins, [pins()]);
  assert.deepEqual(stream?.request, fixture.request);
  assert.deepEqual(stream?.releases[0]?.record, record(version, sha('9')));
  assert.deepEqual(stream?.versions, [version]);
});

test('advisory feeds are part of the value; without the file there are none, and no id is there twice', async () => {
  const feeds = 'releases/advisories.yaml';
  const kev = '  - {id: kev, kind: kev}\n';
  const { repository, problems } = await load({ ...baseFiles(), [feeds]: `feeds:\n${kev}` });
  assert.deepEqual([repository.advisories, problems], [{ feeds: [{ id: 'kev', kind: 'kev' }] }, []]);
  assert.equal((await load(baseFiles())).repository.advisories, undefined);
  const twice = await load({ ...baseFiles(), [feeds]: `feeds:\n${kev}${kev}` });
  assert.deepEqual(
    twice.problems.map(({ located }) => located),
    ["releases/advisories.yaml:3: 'kev' is defined twice"],
  );
});

test('a stream that was never run needs no pins, is not due, and may have none', async () => {
  const files = baseFiles();
  files[`${folder}/stream.yaml`] = `${streamYaml}neverRun: no mirror was reached\n`;
  const pinned = await load(files);
  assert.match(
    pinned.problems[0]?.located ?? '',
    /pins\.amd64\.yaml: pins are committed: take 'neverRun' out/,
  );
  delete files[`${folder}/pins.amd64.yaml`];
  const { repository, problems } = await load(files);
  assert.deepEqual(problems, []);
  const [plan] = planRepository(repository, { mergedAt: new Date('2026-11-22') });
  assert.deepEqual([plan?.action, plan?.why], [{ kind: 'unpinned' }, 'never run: no mirror was reached']);
});

test('releases are ordered by version, not by name', async () => {
  const files = baseFiles();
  for (const name of ['20261101.10', '20261101.9', '20261031.11']) {
    files[`${folder}/${name}.yaml`] = renderRelease(release(name, sha('9')));
  }
  const { repository } = await load(files);
  assert.deepEqual(repository.streams[0]?.versions, ['20261031.11', '20261101.9', '20261101.10']);
});

/** Each breaks one thing: the change to the files, and what must be said, as `file:line: message`. */
const cases: Record<string, [(files: Record<string, string | null>) => void, RegExp]> = {
  'YAML with a tab': [
    (f) => {
      f['releases/targets.yaml'] = 'mirrors:\n\t- {id: primary, keep: 3}\n';
    },
    /^releases\/targets\.yaml:2: is not valid YAML: /,
  ],
  'an unknown key': [
    (f) => {
      f[`${folder}/stream.yaml`] = `${streamYaml}cadance: monthly\n`;
    },
    /stream\.yaml:9: 'cadance' is not a known key$/,
  ],
  'a version without quotes that is a number': [
    (f) => {
      f[`${folder}/${version}.yaml`] = String(f[`${folder}/${version}.yaml`]).replace(
        /version: .*/,
        'version: 9.10',
      );
    },
    /20261101\.0\.yaml:2: 'version' must be string, not the number 9\.1: put it in quotes$/,
  ],
  'targets.yaml missing': [
    (f) => {
      delete f['releases/targets.yaml'];
    },
    /^releases\/targets\.yaml: does not exist$/,
  ],
  'a mirror defined twice': [
    (f) => {
      f['releases/targets.yaml'] = 'mirrors:\n- {id: a, keep: 3}\n- {id: a, keep: 3}\n';
    },
    /^releases\/targets\.yaml:3: 'a' is defined twice$/,
  ],
  'an unknown file in a stream': [
    (f) => {
      f[`${folder}/20261101.0.yml`] = '';
    },
    /20261101\.0\.yml: is not a file of a stream/,
  ],
  'a file below a stream': [
    (f) => {
      f[`${folder}/old/20261101.0.yaml`] = '';
    },
    /old\/20261101\.0\.yaml: is not a file of a stream/,
  ],
  'an unknown file in releases/': [
    (f) => {
      f['releases/target.yaml'] = '';
    },
    /^releases\/target\.yaml: is not a file that belongs into releases/,
  ],
  'a file beside streams': [
    (f) => {
      f['releases/testix-1/stream.yaml'] = '';
    },
    /^releases\/testix-1\/stream\.yaml: is not a file that belongs/,
  ],
  'a folder that is no name of a stream': [
    (f) => {
      f['releases/Testix 1/cloud-base/stream.yaml'] = streamYaml;
    },
    /^releases\/Testix 1\/cloud-base: 'Testix 1\/cloud-base' is not a name for a stream/,
  ],
  'a folder without stream.yaml': [
    (f) => {
      delete f[`${folder}/stream.yaml`];
    },
    /stream\.yaml: does not exist$/,
  ],
  'a repository nobody defined': [
    (f) => {
      f[`${folder}/stream.yaml`] = streamYaml.replace('[main]', '[main, extra]');
    },
    /stream\.yaml:5: repository 'extra' is not in releases\/repositories\.yaml$/,
  ],
  'a builder for a stream of debs': [
    (f) => {
      const reference = `registry.example.org/aperiodic/builder@sha256:${'ab'.repeat(32)}`;
      f[`${folder}/stream.yaml`] = `${streamYaml}builder: ${reference}\n`;
    },
    /stream\.yaml:9: only streams of rpms have a builder: take out 'builder'$/,
  ],
  'a builder by a tag': [
    (f) => {
      f[`${folder}/stream.yaml`] = `${streamYaml}builder: registry.example.org/aperiodic/builder:latest\n`;
    },
    /stream\.yaml:9: 'builder' /,
  ],
  'a kickstart that is not there': [
    (f) => {
      delete f[fixture.kickstartPath];
    },
    /stream\.yaml:4: kickstart 'kickstarts\/testix-cloud-base\.ks' does not exist$/,
  ],
  'a kickstart outside of the repository': [
    (f) => {
      f[`${folder}/stream.yaml`] = streamYaml.replace(fixture.kickstartPath, 'kickstarts/../../etc/x.ks');
    },
    /stream\.yaml:4: 'kickstarts\/\.\.\/\.\.\/etc\/x\.ks' is not a path inside the repository$/,
  ],
  'a kickstart that is a symbolic link': [
    (f) => {
      f[fixture.kickstartPath] = null;
    },
    /^kickstarts\/testix-cloud-base\.ks: is a symbolic link: symbolic links are not followed$/,
  ],
  'a release that is a symbolic link': [
    (f) => {
      f[`${folder}/20261102.0.yaml`] = null;
    },
    /20261102\.0\.yaml: is a symbolic link/,
  ],
  'a version that is no date': [
    (f) => {
      f[`${folder}/20261341.0.yaml`] = '';
    },
    /20261341\.0\.yaml: '20261341\.0' is not a version/,
  ],
  'a version that differs from the name': [
    (f) => {
      f[`${folder}/20261102.0.yaml`] = renderRelease(release('20261103.0', sha('9')));
    },
    /20261102\.0\.yaml:2: 'version' is 20261103\.0, but the file's name says 20261102\.0$/,
  ],
  'a record without a release': [
    (f) => {
      delete f[`${folder}/${version}.yaml`];
    },
    /20261101\.0\.published\.yaml: has no release file 20261101\.0\.yaml beside it$/,
  ],
  'a record of another stream': [
    (f) => {
      const other = { ...record(version, sha('9')), stream: 'testix-2/cloud-base' };
      f[`${folder}/${version}.published.yaml`] = renderRecord(other);
    },
    /published\.yaml:2: 'stream' is testix-2\/cloud-base, but the file's path says testix-1\/cloud-base$/,
  ],
  'a record of another version': [
    (f) => {
      f[`${folder}/${version}.published.yaml`] = renderRecord(record('20261101.1', sha('9')));
    },
    /published\.yaml:3: 'version' is 20261101\.1/,
  ],
  'a record of other content': [
    (f) => {
      f[`${folder}/${version}.published.yaml`] = renderRecord(record(version, sha('8')));
    },
    /published\.yaml:4: 'content' is 8+, but the release file says 9+$/,
  ],
  'a record of other architectures': [
    (f) => {
      f[`${folder}/${version}.yaml`] = renderRelease(
        release(version, sha('9'), { architectures: ['arm64'] }),
      );
    },
    /published\.yaml:\d+: 'architectures' are \[amd64\], but the release file says \[arm64\]$/,
  ],
  'no pins': [
    (f) => {
      delete f[`${folder}/pins.amd64.yaml`];
    },
    /pins\.amd64\.yaml: does not exist: run 'aperiodic resolve testix-1\/cloud-base'$/,
  ],
  'pins of an architecture that the stream lacks': [
    (f) => {
      f[`${folder}/pins.arm64.yaml`] = renderPins({ ...pins(), architecture: 'arm64' });
    },
    /pins\.arm64\.yaml: 'arm64' is not an architecture of the stream: \[amd64\] are$/,
  ],
  'pins of another architecture than the name says': [
    (f) => {
      f[`${folder}/pins.amd64.yaml`] = renderPins({ ...pins(), architecture: 'arm64' });
    },
    /pins\.amd64\.yaml:2: 'architecture' is arm64, but the file's name says amd64$/,
  ],
  'a package pinned twice': [
    (f) => {
      f[`${folder}/pins.amd64.yaml`] = renderPins(pins([pin('alpha'), pin('beta'), pin('beta', '2')]));
    },
    /pins\.amd64\.yaml:15: package 'beta' is pinned twice$/,
  ],
  'a package from a repository that the stream does not use': [
    (f) => {
      f[`${folder}/pins.amd64.yaml`] = renderPins(
        pins([pin('alpha'), { ...pin('beta'), repository: 'other' }]),
      );
    },
    /pins\.amd64\.yaml:14: package 'beta' comes from 'other', which is not a repository of the stream$/,
  ],
  'a package path with a hidden slash': [
    (f) => {
      f[`${folder}/pins.amd64.yaml`] = renderPins(
        pins([{ ...pin('alpha'), path: 'pool/a%2F..%2F..%2Fetc' }]),
      );
    },
    /pins\.amd64\.yaml:13: path of package 'alpha' hides a slash or a dot$/,
  ],
};

for (const [name, [change, expected]] of Object.entries(cases)) {
  test(`one problem for ${name}`, async () => {
    const files = withRelease();
    change(files);
    const problems = await problemsOf(files);
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', expected);
  });
}

test('pins that do not fit the kickstart: says what changed and which command to run', async () => {
  const requestOf = async () => ({ ...fixture.request, packages: ['beta', 'gamma'], core: false });
  const problems = await problemsOf(baseFiles(), { requestOf });
  assert.deepEqual(problems, [
    `${folder}/pins.amd64.yaml:3: does not fit the kickstart, which now asks for gamma; no longer asks for alpha; no longer includes the default base: run 'aperiodic resolve ${fixture.streamId}'`,
  ]);
  const same = async () => ({ ...fixture.request, packages: ['beta', 'alpha', 'beta'] });
  assert.deepEqual(await problemsOf(baseFiles(), { requestOf: same }), []);
});

test('a kickstart that is refused is a problem of its stream; a missing tool ends the run', async () => {
  const refuse = (code: 'unsupported' | 'missing-tool') => async () => {
    throw new AperiodicError(code, 'no', { file: fixture.kickstartPath, line: 2 });
  };
  const { repository } = await load(baseFiles(), { requestOf: refuse('unsupported') });
  assert.equal(repository.streams[0]?.problems[0]?.located, `${fixture.kickstartPath}:2: no`);
  await assert.rejects(load(baseFiles(), { requestOf: refuse('missing-tool') }), { code: 'missing-tool' });
});

test('all problems of all streams are gathered, by file and line, and sound streams keep their content', async () => {
  const other = 'releases/testix-2/cloud-base';
  const files: Record<string, string | null> = {
    ...baseFiles(),
    [`${other}/stream.yaml`]: streamYaml.replace('[main]', '[one, two]'),
    [`${other}/notes.txt`]: '',
  };
  const { repository, problems } = await load(files);
  assert.deepEqual(
    problems.map(({ file, line }) => [file, line]),
    [
      [`${other}/notes.txt`, undefined],
      [`${other}/pins.amd64.yaml`, undefined],
      [`${other}/stream.yaml`, 5],
      [`${other}/stream.yaml`, 5],
    ],
  );
  assert.deepEqual(
    repository.streams.map(({ content }) => typeof content),
    ['string', 'undefined'],
  );
});

test('reports of thousands of bad packages stay short', async () => {
  const many = Array.from({ length: 3000 }, () => pin('alpha'));
  const files = { ...baseFiles(), [`${folder}/pins.amd64.yaml`]: renderPins(pins(many)) };
  assert.equal((await problemsOf(files)).length, 20);
});

test('formats are of one kind, and a container has an OCI archive and makes no AMIs', async () => {
  const said = async (formats: string, more = '') => {
    const text = streamYaml.replace(/formats: .*/, `formats: ${formats}`) + more;
    const { problems } = await load({ ...baseFiles(), [`${folder}/stream.yaml`]: text });
    return problems.map(({ message }) => message).join('\n');
  };
  assert.equal(await said('[oci, docker-archive]'), '');
  assert.match(await said('[oci, qcow2]'), /mix those of a disk/);
  assert.match(await said('[docker-archive]'), /add 'oci' to 'formats'/);
  const aws = 'aws: {retention: {public: 1, deprecateAfterDays: 1, removeAfterDays: 2}}\n';
  assert.match(await said('[oci]', aws), /a container makes no AMIs/);
});
