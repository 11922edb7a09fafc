import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const passes = "import { test } from 'node:test';\ntest('passes', () => {});\n";
const programs = `
import { execFile, execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
test('starts a program', () => promisify(execFile)('true'));
test('waits for a program', () => execFileSync('true'));
`;

const run = async (root: string, choice: string, files: Record<string, string>) => {
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--import', 'tsx', 'test/run.ts', choice, '--test-reporter=tap'];
  const options = { cwd: toolRoot, encoding: 'utf8', env: { ...env, TEST_ROOT: root } } as const;
  const { status, stdout } = spawnSync(process.execPath, args, options);
  const count = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  return { status, stdout, passed: count('pass'), failed: count('fail') };
};

test('each choice of tests is one run of its folders, with one count', async (t) => {
  const root = await temporaryFolder(t);
  const places = ['model/a', 'model/b', 'c', 'integration/model/a', 'e2e/a', 'full/a', 'e2e-not/a'];
  const files = Object.fromEntries(places.map((place) => [`${place}.test.ts`, passes]));
  for (const [choice, passed] of Object.entries({ unit: 4, all: 6, full: 7 })) {
    const { stdout, ...counted } = await run(root, choice, files);
    assert.deepEqual(counted, { status: 0, passed, failed: 0 }, stdout);
  }
});

test('a file that does not load fails by its name, and so does a unit test that starts a program', async (t) => {
  const root = await temporaryFolder(t);
  const { status, stdout, passed, failed } = await run(root, 'all', {
    'a.test.ts': passes,
    'broken.test.ts': "import './missing.ts';\n",
    'programs.test.ts': programs,
    'integration/programs.test.ts': programs,
  });
  assert.deepEqual({ status, passed, failed }, { status: 1, passed: 3, failed: 3 }, stdout);
  assert.match(stdout, /^not ok \d+ - .*broken\.test\.ts$/m);
  assert.equal(stdout.match(/a unit test starts no program \(true\)/g)?.length, 2);
});

test('what is no choice is refused', async (t) => {
  const { status } = await run(await temporaryFolder(t), 'none', {});
  assert.equal(status, 1);
});
