import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../../scripts/cli/commands.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { runMain } from '../../cli/run-main.ts';
import { finding, shippedText, vectors } from '../../model/policy/fixture.ts';
import { baseFiles, folder, release, streamId } from '../../model/repository-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const example = fileURLToPath(new URL('../../../docs/examples/policy-finding.json', import.meta.url));
const history = fileURLToPath(new URL('../../../docs/examples/policy-history.yaml', import.meta.url));

async function makeFolder(t: TestContext, files: Record<string, string | null>): Promise<string> {
  const root = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text ?? '');
  }
  return root;
}

const withPolicy = (): Record<string, string | null> => ({
  ...baseFiles(),
  'releases/policy.yaml': shippedText,
});

describe('policy', () => {
  it('explains a verdict on what options say', async (t) => {
    const cwd = await makeFolder(t, withPolicy());
    const options = ['--severity', 'important', '--cvss', vectors.worm.vector, '--epss', '0.4'];
    const { code, stdout } = await runMain(
      ['policy', 'explain', ...options, '--available', '2026-11-01', '--json'],
      { commands, cwd },
    );
    const verdict = JSON.parse(stdout);
    assert.deepEqual(
      [code, verdict.rule, verdict.due],
      [0, 'exposed-automatable-total', '2026-11-03T00:00:00Z'],
    );
    const people = await runMain(['policy', 'explain', '--kev', '--ransomware', '--without-fix'], {
      commands,
      cwd,
    });
    assert.match(people.stdout, /^due: {7}with the next scheduled update\nrule: {6}no-fix-yet\n/);
  });

  it('scores a vector itself, and takes a score where there is none', async (t) => {
    const cwd = await makeFolder(t, withPolicy());
    const explain = async (...options: string[]) => {
      const argv = ['policy', 'explain', '--severity', 'low', ...options, '--json'];
      return await runMain(argv, { commands, cwd });
    };
    const says = async (...options: string[]) => {
      const { rule, because } = JSON.parse((await explain(...options)).stdout);
      return [rule, because.find((line: string) => line.includes('CVSS base score'))];
    };
    const { vector, score } = vectors.worm;
    const scored = ['high-score', `CVSS base score 9.8, from ${vector}`];
    assert.deepEqual(await says('--cvss', vector), scored);
    assert.deepEqual(await says('--cvss', vector, '--score', String(score)), scored);
    assert.deepEqual(await says('--score', '9'), ['high-score', 'CVSS base score 9, without a vector']);
    const { code, stderr } = await runMain(['policy', 'explain', '--cvss', vector, '--score', '7'], {
      commands,
      cwd,
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: --score says 7, but the base score of the vector is 9\.8: leave --score out/,
    );
  });

  it('explains a finding, by the exposure of its stream', async (t) => {
    const one = finding({ severity: 'important', cvss: vectors.local });
    const files = withPolicy();
    const cwd = await makeFolder(t, { ...files, 'finding.json': JSON.stringify(one) });
    const run = async (...more: string[]) => {
      const result = await runMain(['policy', 'explain', path.join(cwd, 'finding.json'), '--json', ...more], {
        commands,
        cwd,
      });
      return JSON.parse(result.stdout).rule;
    };
    assert.equal(await run(), 'important-exposed-total');
    assert.equal(await run('--exposure', 'local'), 'important');
    const shown = await runMain(['policy', 'explain', example], { commands, cwd });
    assert.match(shown.stdout, /^due: {7}2025-07-29T00:00:00Z\nrule: {6}important-exposed-total\n/);
    await writeFile(
      path.join(cwd, folder, 'stream.yaml'),
      `${files[`${folder}/stream.yaml`]}exposure: local\n`,
    );
    assert.equal(await run(), 'important');
  });

  it('says what is wrong with what it is given', async (t) => {
    const cwd = await makeFolder(t, baseFiles());
    await writeFile(path.join(cwd, 'bad.yaml'), shippedText.replace('when: {}', 'when: { exploited: true }'));
    const cases: [string[], RegExp][] = [
      [['explain'], /releases\/policy\.yaml: does not exist/],
      [['play'], /there is no 'policy play'/],
      [['replay'], /name the history/],
      [
        ['explain', '--policy', path.join(cwd, 'bad.yaml')],
        /bad\.yaml:\d+: (is never reached|does not match everything)/,
      ],
      [['replay', path.join(cwd, 'none.yaml'), '--policy', path.join(cwd, 'bad.yaml')], /bad\.yaml:\d+:/],
    ];
    for (const [argv, expected] of cases) {
      const { code, stderr } = await runMain(['policy', ...argv], { commands, cwd });
      assert.equal(code, 1);
      assert.match(stderr, expected);
    }
    await writeFile(path.join(cwd, 'releases/policy.yaml'), shippedText);
    for (const [option, value] of [
      ['--severity', 'grave'],
      ['--cvss', 'AV/N'],
      ['--cvss', 'CVSS:3.1/AV:N/AC:L'],
      ['--score', '11'],
      ['--epss', '2'],
      ['--exposure', 'much'],
      ['--available', 'soon'],
    ] as const) {
      const { code, stderr } = await runMain(['policy', 'explain', option, value], { commands, cwd });
      assert.equal(code, 1, option);
      assert.match(stderr, new RegExp(`^error: ${option} `), option);
    }
  });

  it('replays the history of the documents, outside of any repository too', async (t) => {
    const cwd = await makeFolder(t, { 'p.yaml': shippedText });
    const argv = ['policy', 'replay', history, '--policy', path.join(cwd, 'p.yaml')];
    const { code, stdout } = await runMain(argv, { commands, cwd });
    assert.equal(code, 0);
    assert.match(stdout, /12 updates: /);
  });
});

describe('deadlines and exposure', () => {
  const due = '2026-01-02T00:00:00Z';
  const fixed = release('20260101.0', 'a'.repeat(64), {
    fixes: [
      {
        advisory: 'TSA-1',
        feed: 'testix',
        title: 'alpha',
        severity: 'critical',
        cves: [],
        packages: [{ name: 'alpha', architecture: 'amd64', from: '1', to: '2' }],
        proposed: '2026-01-01T00:00:00Z',
        due,
        rule: 'critical',
      },
    ],
  });

  it('list what is merged and late, as a result', async (t) => {
    const cwd = await makeFolder(t, { ...withPolicy(), [`${folder}/20260101.0.yaml`]: renderRelease(fixed) });
    const { code, stdout } = await runMain(['deadlines', '--json'], { commands, cwd });
    assert.equal(code, 0);
    const [risk] = JSON.parse(stdout).deadlines;
    assert.deepEqual(risk.deadlines, [
      { advisory: 'TSA-1', rule: 'critical', due, state: 'missed', approvals: 0 },
    ]);
    assert.match(risk.mail.subject, /deadline missed/);
    const shown = await runMain(['exposure', streamId, '--json'], { commands, cwd });
    assert.deepEqual(
      JSON.parse(shown.stdout).clocks.map(({ advisory, state }: Record<string, unknown>) => [
        advisory,
        state,
      ]),
      [['TSA-1', 'overdue']],
    );
    assert.equal((await runMain(['exposure', 'x-1/y'], { commands, cwd })).code, 1);
  });

  it('take verdicts on what is not merged, from a file that is checked', async (t) => {
    const cwd = await makeFolder(t, withPolicy());
    const verdict = {
      stream: streamId,
      advisory: 'TSA-2',
      feed: 'testix',
      rule: 'critical',
      due,
      approvals: 1,
      because: ['x'],
    };
    await writeFile(path.join(cwd, 'v.json'), JSON.stringify({ verdicts: [verdict] }));
    const { stdout } = await runMain(['deadlines', '--verdicts', path.join(cwd, 'v.json')], {
      commands,
      cwd,
    });
    assert.equal(stdout, `missed   ${streamId}  ${due}  TSA-2 (rule critical)\n`);
    await writeFile(path.join(cwd, 'v.json'), JSON.stringify({ verdicts: [{ ...verdict, approvals: 9 }] }));
    const bad = await runMain(['deadlines', '--verdicts', path.join(cwd, 'v.json')], { commands, cwd });
    assert.deepEqual([bad.code, /v\.json: 'verdicts\[0\]\.approvals'/.test(bad.stderr)], [1, true]);
  });
});
