/** setup and doctor on this machine, as a user runs them. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('doctor', () => {
  it('looks at the machine and at the repository, as JSON and on the summary page of a job', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.join(root, 'releases'));
    await mkdir(path.join(root, '.aperiodic'));
    await writeFile(path.join(root, 'releases/targets.yaml'), 'mirrors:\n  - { id: primary, keep: 1 }\n');
    await writeFile(
      path.join(root, '.aperiodic/config.yaml'),
      'mirrors: { primary: { directory: "<out>" } }\n',
    );
    const summary = path.join(root, 'summary.md');
    await writeFile(summary, '');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { stdout } = await runCli(['doctor', '--json'], { cwd: root, env });
    const report = JSON.parse(stdout);
    const found = (id: string, title: string) =>
      report.findings.find((one: { id: string; title: string }) => one.id === id && one.title === title);
    assert.equal(report.root, root);
    assert.equal(found('programs', 'git').status, 'ok');
    assert.match(found('accelerator', 'virtual machines').value, /^(KVM|TCG)/);
    assert.equal(found('mirrors', 'mirror primary').value, path.join(root, '<out>'));
    assert.match(await readFile(summary, 'utf8'), /<h3>Doctor<\/h3>[\s\S]*&lt;out&gt;/);
  });
});

describe('setup', () => {
  it('writes nothing when nothing is missing', async () => {
    assert.equal((await runCli(['setup'])).code, 0);
    const { code, stdout, stderr } = await runCli(['setup', '--json']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(JSON.parse(stdout), { installed: [], opened: [], userIds: [], venv: 'current' });
  });
});
