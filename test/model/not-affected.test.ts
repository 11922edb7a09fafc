import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { findPending } from '../../scripts/model/deadlines.ts';
import { addStatements, findStatements } from '../../scripts/model/not-affected.ts';
import { judge } from '../../scripts/model/policy/judge.ts';
import { parsePolicy } from '../../scripts/model/policy/load-policy.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { Finding, NotAffectedStatement } from '../../scripts/model/types.generated.ts';
import { parseYaml, renderYaml } from '../../scripts/model/yaml.ts';
import { renderFindings } from '../../scripts/render/advisories.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { finding, shipped, shippedText, vectors } from './policy/fixture.ts';
import { baseFiles, folder, load, problemsOf, release, sha, streamId } from './repository-fixture.ts';
import { compareSides, type Files, released } from './two-sides.ts';

const path = 'releases/not-affected.yaml';
const stated: NotAffectedStatement = {
  vulnerability: 'CVE-2099-0001',
  streams: 'all',
  packages: ['alpha'],
  justification: 'vulnerable_code_not_in_execute_path',
  statement: 'Nothing on the image starts it',
  statedAt: '2026-11-20T00:00:00Z',
};
const place = { stream: streamId, version: '20261122.0' };
const concern = { advisory: 'TSA-1', cves: ['CVE-2099-0001'], packages: ['alpha'] };
const covered = (list: Partial<NotAffectedStatement>[], of = concern, at = place) =>
  findStatements(
    list.map((one) => ({ ...stated, ...one })),
    at,
    of,
  ) !== undefined;
const filesWith = (...list: Partial<NotAffectedStatement>[]): Files => ({
  ...baseFiles(),
  [path]: renderYaml({ statements: list.map((one) => ({ ...stated, ...one })) }),
});

describe('a statement covers an advisory', () => {
  it('when it, or one for each CVE, is about all of its packages', () => {
    assert.ok(covered([{}]));
    assert.ok(covered([{ vulnerability: 'TSA-1' }]));
    const two = { ...concern, cves: ['CVE-2099-0001', 'CVE-2099-0002'] };
    assert.ok(!covered([{}], two), 'the other CVE is open');
    assert.ok(covered([{}, { vulnerability: 'CVE-2099-0002' }], two));
    assert.ok(covered([{ vulnerability: 'TSA-1' }], two));
    const more = { ...concern, packages: ['alpha', 'beta'] };
    assert.ok(!covered([{}], more), 'the other package is open');
    assert.ok(covered([{}, { packages: ['beta', 'gamma'] }], more));
    assert.ok(!covered([{ vulnerability: 'CVE-2099-00011' }]));
    assert.ok(!covered([{}], { ...concern, cves: [] }));
    assert.ok(!covered([{}], { ...concern, packages: [] }));
  });

  it('in the streams and releases that it names, while it is not withdrawn', () => {
    assert.ok(covered([{ streams: [streamId] }]));
    assert.ok(!covered([{ streams: ['testix-1/other'] }]));
    assert.ok(covered([{ from: '20261122.0', until: '20261122.1' }]));
    assert.ok(!covered([{ from: '20261122.1' }]));
    assert.ok(!covered([{ until: '20261122.0' }]));
    assert.ok(!covered([{ withdrawn: { reason: 'wrong', at: '2026-11-21T00:00:00Z' } }]));
  });
});

describe('a finding that is covered', () => {
  const worst: Finding = {
    ...finding(
      { severity: 'critical', cvss: vectors.worm },
      { exploited: { added: '2026-10-20T00:00:00Z' } },
    ),
    stream: streamId,
  };
  const statement = { ...stated, vulnerability: worst.advisory.id, packages: ['alpha', 'openssl'] };
  statement.packages = worst.packages.map(({ name }) => name);
  const known = assertValid('Finding', addStatements(worst, [statement], '20261122.0'));

  it('is not due, says so, and is valid', () => {
    assert.notEqual(judge(shipped, worst).due, undefined);
    const verdict = assertValid('Verdict', judge(shipped, known));
    assert.deepEqual([verdict.rule, verdict.due], ['not-affected', undefined]);
    const said = `not affected, as stated: ${worst.advisory.id}, vulnerable_code_not_in_execute_path, 2026-11-20T00:00:00Z: Nothing on the image starts it`;
    assert.equal(verdict.because[0], said);
    const text = renderFindings([{ stream: streamId, findings: [known, worst] }], []);
    assert.match(text, /: 2 advisories, of which 1 is stated not to affect it\n/);
    assert.ok(text.split('\n').includes(`    ${said}`), text);
    assert.equal(addStatements(worst, [{ ...statement, until: '20261122.0' }], '20261122.0'), worst);
  });

  it('has a line within the limits of verdicts, however long the statement is', () => {
    const long = { ...statement, statement: 'x'.repeat(500) };
    assertValid('Verdict', judge(shipped, addStatements(worst, [long], '20261122.0')));
  });

  it('names a rule that no policy may have', () => {
    const { problems } = parsePolicy(
      shippedText.replace('- id: critical\n', '- id: not-affected\n'),
      'p.yaml',
    );
    assert.ok(problems.some(({ message }) => message.includes("'not-affected' is what verdicts without")));
  });
});

describe('releases/not-affected.yaml', () => {
  it('is as docs/advisories.md shows it', async () => {
    const text = await readFile(new URL('../../docs/advisories.md', import.meta.url), 'utf8');
    const [, example = ''] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
    assert.equal(parseYaml('NotAffected', example, 'docs/advisories.md').statements.length, 1);
  });

  it('is part of the value; without it nothing is stated', async () => {
    assert.deepEqual((await load(filesWith({}))).repository.notAffected, [stated]);
    assert.deepEqual(await problemsOf(filesWith({ streams: [streamId], from: '20261101.0' })), []);
    assert.deepEqual((await load(baseFiles())).repository.notAffected, []);
    assert.deepEqual(await problemsOf({ ...baseFiles(), [path]: 'statements: []\n' }), []);
  });

  it('is refused, by file and line, where it contradicts the pins or the tree', async () => {
    const absent = { justification: 'component_not_present' } as const;
    const cases: [Partial<NotAffectedStatement>[], RegExp][] = [
      [
        [absent],
        /^releases\/not-affected\.yaml:5: 'alpha' is not absent: it is among the pins of testix-1\//,
      ],
      [[{ ...absent, packages: ['gamma', 'beta'] }], /^releases\/not-affected\.yaml:6: 'beta' is not absent/],
      [
        [{ streams: [streamId, 'testix-1/none'] }],
        /^releases\/not-affected\.yaml:5: there is no stream 'test/,
      ],
      [[{ from: '20261301.0' }], /^releases\/not-affected\.yaml:9: '20261301\.0' is not a version/],
      [
        [{ from: '20261101.0', until: '20261101.0' }],
        /^releases\/not-affected\.yaml:10: holds for no release/,
      ],
      [
        [{}, { packages: ['alpha', 'beta'] }],
        /^releases\/not-affected\.yaml:9: CVE-2099-0001 is stated twice/,
      ],
    ];
    for (const [list, wanted] of cases) {
      const problems = await problemsOf(filesWith(...list));
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', wanted);
      assert.equal((await load(filesWith(...list))).repository.notAffected, undefined, 'it states nothing');
    }
    const free = {
      ...filesWith(),
      [path]: 'statements: [{vulnerability: CVE-2099-1, justification: because}]\n',
    };
    assert.match((await problemsOf(free))[0] ?? '', /^releases\/not-affected\.yaml:1: /);
  });

  it('may say that what is pinned now was absent before', async () => {
    const absent = { justification: 'component_not_present' } as const;
    assert.deepEqual(await problemsOf(filesWith({ ...absent, packages: ['gamma'] })), []);
    assert.deepEqual(await problemsOf(filesWith({ ...absent, until: '20200101.0' })), []);
    const { content = '' } = (await load(baseFiles())).repository.streams[0] ?? {};
    const files = filesWith({ ...absent, until: '20261101.1' });
    files[`${folder}/20261101.0.yaml`] = renderRelease(release('20261101.0', content));
    assert.equal((await problemsOf(files)).length, 1, 'the release that it speaks of has the same pins');
    files[`${folder}/20261101.0.yaml`] = renderRelease(release('20261101.0', sha('9')));
    assert.deepEqual(await problemsOf(files), []);
  });

  it('is taken back where users may have been told, not removed', async () => {
    const files = await released(filesWith({}));
    const change = async (next: Partial<NotAffectedStatement>[]) =>
      (await compareSides(files, { ...files, ...filesWith(...next) })).problems.map(({ located }) => located);
    assert.match(
      (await change([]))[0] ?? '',
      /^releases\/not-affected\.yaml: CVE-2099-0001 is no longer spoken/,
    );
    const withdrawn = { reason: 'wrong', at: '2026-11-21T00:00:00Z' };
    for (const next of [{ withdrawn }, { until: '20261201.0' }, { streams: [streamId] }, { statement: 'x' }])
      assert.deepEqual(await change([next]), []);
    const fresh = filesWith({});
    assert.deepEqual(
      (await compareSides(fresh, { ...fresh, ...filesWith() })).problems,
      [],
      'nobody was told',
    );
  });
});

describe('a fix that is merged', () => {
  it('is not pending when it is stated since that it does not affect the image', async () => {
    const due = '2026-11-22T00:00:00Z';
    const fix = {
      advisory: 'TSA-1',
      feed: 'testix',
      title: 'alpha',
      severity: 'critical' as const,
      cves: ['CVE-2099-0001'],
      packages: [{ name: 'alpha', architecture: 'amd64' as const, from: '1', to: '2' }],
      proposed: due,
      due,
      rule: 'critical',
    };
    for (const [list, pending] of [
      [[], 1],
      [[{}], 0],
      [[{ until: '20261121.0' }], 1],
    ] as const) {
      const files = filesWith(...list);
      files[`${folder}/20261121.0.yaml`] = renderRelease(release('20261121.0', sha('9'), { fixes: [fix] }));
      const { repository, problems } = await load(files);
      assert.deepEqual(problems, []);
      assert.equal(findPending(repository).length, pending);
    }
  });
});
