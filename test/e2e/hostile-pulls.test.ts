/** Pull requests that mean harm are refused or harmless, and nothing of them gets loose in what is posted and logged. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { venvPython } from '../../scripts/adapters/host/python-venv.ts';
import { createKickstartParser } from '../../scripts/adapters/kickstart/parser.ts';
import { type Inspected, inspectChange } from '../../scripts/cli/inspect-change.ts';
import { errorToJson } from '../../scripts/cli/report.ts';
import { findCode } from '../../scripts/model/changes.ts';
import { interpretKickstart } from '../../scripts/model/kickstart/interpret.ts';
import type { LoadOptions } from '../../scripts/model/load.ts';
import { makeMatrix, makeStreamMatrix } from '../../scripts/model/matrix.ts';
import { makePreview } from '../../scripts/model/preview.ts';
import type { PackageRequest, Preview } from '../../scripts/model/types.generated.ts';
import { renderPreview } from '../../scripts/render/preview.ts';
import { runMain } from '../cli/run-main.ts';
import { findLoose } from '../support/markdown.ts';
import { bait, type Case, makeCases } from './hostile/cases.ts';
import { createHostileRepository, type HostileRepository } from './hostile/repository.ts';

const now = new Date('2026-11-22T12:00:00Z');
const words = ['evil', 'secrets', 'onerror', 'script>', 'github.token', bait];

let repository: HostileRepository;
let root: string;

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'aperiodic-hostile-'));
  repository = await createHostileRepository(root);
});
after(() => rm(root, { recursive: true, force: true }));

const answers = new Map<string, Promise<PackageRequest>>();

/** pykickstart, asked once for each text. */
const requestOf: LoadOptions['requestOf'] = (lines, { payload, repositories, kickstart }) => {
  const key = lines.map(({ text }) => text).join('\n');
  const known = answers.get(key);
  if (known !== undefined) return known;
  const answer = createKickstartParser({ python: venvPython() })
    .parse(lines)
    .then(
      (parsed) => interpretKickstart(parsed, lines, { payload, repositories, entry: kickstart }).spec.request,
    );
  answers.set(key, answer);
  return answer;
};

async function inspect(head: string): Promise<{ inspected: Inspected; preview: Preview }> {
  const inspected = await inspectChange(root, { base: repository.base, head }, { requestOf, now });
  const evidence = { built: new Map(), qa: new Map() };
  return { inspected, preview: makePreview({ ...inspected, pull: 1, evidence }) };
}

/** What a job would write into its log and its outputs. */
async function assertQuiet({ changes, problems }: Inspected, preview: Preview): Promise<void> {
  for (const { stream, architecture, slug, runner } of makeMatrix(changes).include) {
    assert.match(`${stream} ${architecture} ${slug} ${runner}`, /^[a-z0-9/._ -]+$/);
  }
  for (const { stream, slug } of makeStreamMatrix(changes).include)
    assert.match(`${stream} ${slug}`, /^[a-z0-9/. -]+$/);
  const { stdout, stderr } = await runMain(['play', 'a/b'], {
    env: { GITHUB_ACTIONS: 'true' },
    action: async () => ({ json: problems.map(errorToJson), text: renderPreview(preview), errors: problems }),
  });
  const commands = `${stdout}\n${stderr}`.split('\n').filter((line) => /^\s*::|##\[/.test(line));
  assert.deepEqual(
    commands.filter((line) => !line.startsWith('::error ')),
    [],
  );
  assert.equal(commands.length, problems.length);
}

async function check({ change, expected }: Case): Promise<void> {
  const { inspected, preview } = await inspect(await repository.propose(change));
  const { problems, changes, paths } = inspected;
  const code = findCode(paths.map((one) => one.path));
  const comment = renderPreview(preview, { code: { paths: code, count: code.length } });
  assert.deepEqual(findLoose(comment, words), []);
  assert.ok(comment.length <= 60_000);
  await assertQuiet(inspected, preview);
  if ('refused' in expected) {
    assert.ok(problems.length > 0, 'nothing was refused');
    assert.match(problems.map((problem) => problem.located).join('\n'), expected.refused);
    return;
  }
  assert.deepEqual(
    problems.map((problem) => problem.located),
    [],
  );
  assert.deepEqual([...new Set(changes.map(({ kind }) => kind))].join() || 'none', expected.harmless);
  assert.equal(/This also changes code/.test(comment), expected.code === true);
}

describe('a hostile pull request', () => {
  it('is refused or harmless, in more than a hundred ways', async (t) => {
    const cases = makeCases(repository);
    assert.ok(cases.length >= 100, String(cases.length));
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
    for (const one of cases) await t.test(JSON.stringify(one.name), () => check(one));
  });

  it('cannot bring a tree that git itself would not make', async () => {
    const blob = (await import('../support/git.ts')).git(root, 'rev-parse', `${repository.base}:README.md`);
    for (const name of ['..', '.git', '.']) {
      const head = await repository.proposeRaw(`100644 blob ${await blob}\t${name}`);
      const { inspected } = await inspect(head);
      assert.deepEqual(inspected.changes, []);
    }
  });

  it('pollutes no prototype', () => {
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });
});
