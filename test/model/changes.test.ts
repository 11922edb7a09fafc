import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCode, findDue } from '../../scripts/model/changes.ts';
import { makeMatrix, makeStreamMatrix } from '../../scripts/model/matrix.ts';
import { reviewChange } from '../../scripts/model/review-change.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { baseFiles, folder, pin, pins, record, release, streamYaml } from './repository-fixture.ts';
import { compareSides, type Files, pathsOf, released, sideOf } from './two-sides.ts';

/** Two streams that share an include, the second of two architectures; none was released. */
function twoStreams(): Files {
  const other = 'releases/testix-1/docker-host';
  return {
    ...baseFiles(),
    'kickstarts/testix-cloud-base.ks': '%include include/shared.ks\n%packages\nalpha\nbeta\n%end\n',
    'kickstarts/docker.ks': '%include include/shared.ks\n%packages\nalpha\nbeta\n%end\n',
    'kickstarts/include/shared.ks': 'lang C.UTF-8\n',
    'kickstarts/unused.ks': 'lang C.UTF-8\n',
    [`${other}/stream.yaml`]: streamYaml
      .replace('testix-cloud-base.ks', 'docker.ks')
      .replace('[amd64]', '[amd64, arm64]'),
    [`${other}/pins.amd64.yaml`]: renderPins(pins()),
    [`${other}/pins.arm64.yaml`]: renderPins({ ...pins(), architecture: 'arm64' }),
  };
}

async function changesOf(before: Files, after: Files) {
  const { changes, problems } = await compareSides(before, after);
  return {
    changes,
    said: changes.map(({ stream, kind, reasons }) => `${stream} ${kind}: ${reasons.join('; ')}`),
    problems: problems.map((problem) => problem.located),
  };
}

const retired = `${streamYaml}retired: {reason: Nobody uses it, at: 2026-11-20T00:00:00Z}\n`;

describe('streams that a change touches', () => {
  it('are all that include a file', async () => {
    const before = twoStreams();
    const { said } = await changesOf(before, {
      ...before,
      'kickstarts/include/shared.ks': 'lang de_DE.UTF-8\n',
    });
    assert.deepEqual(said, [
      'testix-1/cloud-base build: kickstarts/include/shared.ks modified, which the kickstart includes',
      'testix-1/docker-host build: kickstarts/include/shared.ks modified, which the kickstart includes',
    ]);
  });

  it('count an include that only one side has', async () => {
    const before = twoStreams();
    const { 'kickstarts/include/shared.ks': gone, ...without } = before;
    const moved = { ...without, 'kickstarts/include/new.ks': gone ?? '' };
    const after = {
      ...moved,
      'kickstarts/docker.ks': before['kickstarts/docker.ks']?.replace('shared', 'new') ?? '',
    };
    const { changes } = await changesOf(before, after);
    assert.deepEqual(
      changes.map(({ stream, plan }) => [stream, plan?.action.kind]),
      [
        ['testix-1/cloud-base', 'blocked'],
        ['testix-1/docker-host', 'mint'],
      ],
    );
  });

  it('count a file that takes the place of an include', async () => {
    const files = { ...baseFiles(), 'kickstarts/x/y.ks': 'lang C\n', [`${folder}/stream.yaml`]: streamYaml };
    const before: Files = {
      ...files,
      'kickstarts/testix-cloud-base.ks': '%include x/y.ks\n%packages\nalpha\nbeta\n%end\n',
      'kickstarts/x/y.ks': '%include z.ks\n',
      'kickstarts/z.ks': 'lang C\n',
    };
    const { said } = await changesOf(before, { ...before, 'kickstarts/x/z.ks': 'lang de\n' });
    assert.deepEqual(said, [
      'testix-1/cloud-base build: kickstarts/x/z.ks added, which the kickstart includes',
    ]);
  });

  it('are the one of the pins, of the release file, of the description', async () => {
    const before = await released(twoStreams());
    const own = (name: string) => `${folder}/${name}`;
    const cases: [Files, string][] = [
      [
        { [own('pins.amd64.yaml')]: renderPins(pins([pin('alpha', '2'), pin('beta')])) },
        'build: pins of amd64 modified',
      ],
      [
        { [own('stream.yaml')]: streamYaml.replace('usedMiB: 100', 'usedMiB: 200') },
        'none: stream.yaml modified',
      ],
      [
        {
          [own('20261130.0.yaml')]: before[own('20261101.0.yaml')]?.replaceAll('20261101', '20261130') ?? '',
        },
        'none: release file of 20261130.0 added',
      ],
      [{ [own('stream.yaml')]: retired }, 'retire: stream.yaml modified'],
    ];
    for (const [change, said] of cases)
      assert.deepEqual((await changesOf(before, { ...before, ...change })).said, [
        `testix-1/cloud-base ${said}`,
      ]);
  });

  it('are all for new targets, which build nothing of what is released', async () => {
    const before = await released(twoStreams());
    const after = {
      ...before,
      'releases/targets.yaml': 'mirrors: [{id: primary, keep: 3}, {id: second, keep: 3}]\n',
    };
    const { said, changes } = await changesOf(before, after);
    assert.deepEqual(said, [
      'testix-1/cloud-base release: releases/targets.yaml: where every stream goes',
      'testix-1/docker-host build: releases/targets.yaml: where every stream goes',
    ]);
    assert.deepEqual(
      makeMatrix(changes).include.map(({ slug, runner }) => `${slug} ${runner}`),
      ['testix-1.docker-host.amd64 ubuntu-24.04', 'testix-1.docker-host.arm64 ubuntu-24.04-arm'],
    );
    assert.deepEqual(
      makeStreamMatrix(changes).include.map(({ slug, kind }) => `${slug} ${kind}`),
      ['testix-1.cloud-base release', 'testix-1.docker-host build'],
    );
  });

  it('have effects without a build when a release is withdrawn', async () => {
    const before = await released(baseFiles());
    const withdrawn = { reason: 'Bad', at: '2026-11-21T00:00:00Z' };
    const { changes } = await changesOf(before, await released(baseFiles(), { release: { withdrawn } }));
    assert.deepEqual(
      changes.map(({ kind, plan }) => [kind, plan?.action.kind]),
      [['release', 'held']],
    );
  });

  it('are those of a repository whose definition changed', async () => {
    const before = twoStreams();
    const after = {
      ...before,
      'releases/repositories.yaml': before['releases/repositories.yaml']?.replace('[one]', '[two]') ?? '',
    };
    assert.equal((await changesOf(before, after)).said.length, 2);
    const added =
      before['releases/repositories.yaml']?.replace(
        '[{',
        '[{id: more, type: deb, suites: [one], components: [main], keyring: testix.gpg}, {',
      ) ?? '';
    assert.deepEqual((await changesOf(before, { ...before, 'releases/repositories.yaml': added })).said, []);
  });

  it('are none for documents, code and kickstarts that nobody uses', async () => {
    const before = twoStreams();
    const after = {
      ...before,
      'README.md': 'x',
      'docs/a.md': 'x',
      'scripts/a.ts': 'x',
      '.github/workflows/a.yaml': 'x',
      'kickstarts/unused.ks': 'lang x\n',
    };
    assert.deepEqual((await changesOf(before, after)).said, []);
    assert.deepEqual(findCode(pathsOf(before, after).map(({ path }) => path)), [
      '.github/workflows/a.yaml',
      'scripts/a.ts',
    ]);
  });

  it('are due or not, whatever changed', async () => {
    const due = findDue(await sideOf(await released(twoStreams())));
    assert.deepEqual(
      due.map(({ stream, kind }) => `${stream} ${kind}`),
      ['testix-1/docker-host build'],
    );
  });
});

describe('a stream that goes', () => {
  const without = (files: Files) =>
    Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith(folder)));

  it('is named, never dropped', async () => {
    const before = baseFiles();
    const { changes, problems } = await changesOf(before, without(before));
    assert.deepEqual(
      changes.map(({ kind, architectures, plan }) => ({ kind, architectures, plan })),
      [{ kind: 'retire', architectures: ['amd64'], plan: undefined }],
    );
    assert.deepEqual(problems, []);
  });

  it('must be retired first when people use its releases', async () => {
    const before = await released(baseFiles());
    const { problems } = await changesOf(before, without(before));
    assert.match(
      problems.join('\n'),
      /^releases\/testix-1\/cloud-base\/stream\.yaml: is removed, but.*retired/,
    );
    const onlyDescription = { ...before };
    delete onlyDescription[`${folder}/stream.yaml`];
    assert.equal((await changesOf(before, onlyDescription)).problems.length, 1);
  });

  it('may go once it is retired and its images are gone', async () => {
    const before = await released(baseFiles(), { stream: retired });
    assert.deepEqual((await changesOf(before, without(before))).problems, []);
    const image = {
      architecture: 'amd64',
      region: 'eu-west-1',
      ami: 'ami-00000000000000001',
      snapshot: 'snap-00000000000000001',
    } as const;
    const path = `${folder}/20261101.0.published.yaml`;
    const content = (await sideOf(before)).repository.streams[0]?.content ?? '';
    const aws = { home: 'eu-west-1', regions: ['eu-west-1'], bestEffort: [] };
    const withImage = (state: 'public' | 'removed'): Files => ({
      ...before,
      'releases/targets.yaml':
        'mirrors: [{id: primary, keep: 3}]\naws: {home: eu-west-1, regions: [{id: eu-west-1}], pointers: /x, graceDays: 1}\n',
      [`${folder}/20261101.0.yaml`]: renderRelease(
        release('20261101.0', content, { targets: { mirrors: ['primary'], aws } }),
      ),
      [path]: renderRecord({ ...record('20261101.0', content), images: [{ ...image, state }] }),
    });
    assert.match(
      (await changesOf(withImage('public'), without(withImage('public')))).problems.join(),
      /there are images of 20261101\.0/,
    );
    assert.deepEqual((await changesOf(withImage('removed'), without(withImage('removed')))).problems, []);
  });

  it('makes nothing new once it is retired, even where its files lag behind', async () => {
    const files: Files = { ...baseFiles(), [`${folder}/stream.yaml`]: retired };
    delete files[`${folder}/pins.amd64.yaml`];
    assert.deepEqual(findDue(await sideOf(files)), []);
  });
});

describe('what a pull request may not do', () => {
  it('is to write, change or remove records', async () => {
    const before = await released(baseFiles());
    const path = `${folder}/20261101.0.published.yaml`;
    const without = { ...before };
    delete without[path];
    const { [path]: text = '' } = before;
    const cases: [Files, Files, RegExp][] = [
      [before, { ...before, [path]: String(text).replace('tcg', 'kvm') }, /leave it as it is/],
      [before, without, /leave it as it is/],
      [without, before, /take it out/],
    ];
    for (const [from, to, words] of cases) {
      const { problems } = await changesOf(from, to);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', words);
    }
  });

  it('is to bring links, submodules and names that could be read as something else', () => {
    const bad: [string, string][] = [
      ['releases/a/b/stream.yaml', '120000'],
      ['kickstarts/include', '120000'],
      ['releases', '120000'],
      ['kickstarts/sub', '160000'],
      ['kickstarts/a b.ks', '100644'],
      ['kickstarts/$(id).ks', '100644'],
      ['kickstarts/a\n::error::x.ks', '100644'],
      ['releases/a/b/../../x.yaml', '100644'],
      ['.aperiodic/config.yaml', '100644'],
    ];
    const empty = { streams: [], problems: [], targets: undefined, repositories: undefined };
    for (const [path, mode] of bad)
      assert.equal(reviewChange([{ path, mode, change: 'added' }], empty, empty).length, 1, path);
    const good: [string, string | undefined][] = [
      ['kickstarts/a-b_c+1.ks', '100755'],
      ['kickstarts/a b.ks', undefined],
      ['docs/a b', '120000'],
    ];
    for (const [path, mode] of good)
      assert.deepEqual(reviewChange([{ path, mode, change: 'modified' }], empty, empty), []);
  });
});
