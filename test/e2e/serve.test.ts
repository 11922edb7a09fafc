/** The selection service as it is run: started by the command line, asked whatever schemathesis can think of, stopped. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { loadFixture, versions } from '../model/catalog/catalog-fixture.ts';
import { runCli } from '../support/cli.ts';
import { makeKey } from '../support/openpgp.ts';
import { writePublished } from '../support/published-folder.ts';
import { pythonOfTests } from '../support/python.ts';
import { renderApi } from '../support/render-data.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A server of its own process, and what it said when it ended. */
async function serve(t: TestContext, ...more: string[]) {
  const folder = path.join(await temporaryFolder(t), 'site');
  await writePublished(folder, renderApi(await loadFixture()), await makeKey('releases'));
  let pid = 0;
  let found: (address: string) => void = () => undefined;
  const listening = new Promise<string>((resolve) => {
    found = resolve;
  });
  const ended = runCli(['serve', folder, '--port', '0', ...more], {
    started: (started) => {
      pid = started;
    },
    onStderr: (text) => {
      const [, address] = /at (http:\/\/127\.0\.0\.1:\d+)\n/.exec(text) ?? [];
      if (address !== undefined) found(address);
    },
  });
  let running = true;
  void ended.then(() => {
    running = false;
  });
  t.after(() => running && process.kill(pid));
  const address = await Promise.race([
    listening,
    ended.then(({ stderr }) => assert.fail(`the server ended: ${stderr}`)),
  ]);
  return { address, ended, stop: () => process.kill(pid, 'SIGTERM') };
}

/** Asks a server what its description lets expect. @returns how many requests had a good answer */
async function askEverything(cwd: string, ...args: string[]): Promise<number> {
  const program = path.join(path.dirname(pythonOfTests()), 'schemathesis');
  const settings = ['--no-color', '--seed=1', '--max-examples=20', '--generation-database=none'];
  const argv = ['run', ...settings, '--suppress-health-check=all', ...args];
  const { stdout } = await promisify(execFile)(program, argv, { cwd }).catch((error: unknown) => {
    assert.fail(String(Object(error).stdout));
  });
  const [, generated, passed] = /(\d+) generated, (\d+) passed$/m.exec(stdout) ?? [];
  assert.equal(passed, generated, stdout);
  return Number(passed);
}

test('schemathesis finds nothing, neither by any words nor by those that lead to something', async (t) => {
  const { address, stop, ended } = await serve(t, '--rate', '0');
  const cwd = await temporaryFolder(t);
  const description = `${address}/api/v1/openapi.json`;
  assert.ok((await askEverything(cwd, description)) > 200);
  const text = await (await fetch(description)).text();
  const words: Record<string, string[]> = {
    distribution: ['testix-1', 'othix-2'],
    image: ['cloud-base', 'container-base'],
    region: ['eu-west-1', 'us-east-1'],
    version: Object.values(versions),
  };
  const narrow = JSON.parse(text, (_, value) =>
    Object(value).in === undefined || words[Object(value).name] === undefined
      ? value
      : { ...value, schema: { enum: words[value.name] } },
  );
  await writeFile(path.join(cwd, 'openapi.json'), JSON.stringify(narrow));
  assert.ok((await askEverything(cwd, 'openapi.json', `--url=${address}`)) > 100);
  stop();
  assert.equal((await ended).code, 0);
});

test('a folder with nothing published, and a port that is taken, end it at once', async (t) => {
  const empty = await runCli(['serve', await temporaryFolder(t)]);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /nothing is published there: it has no api\/v1\/catalog\.json/);
  const { address, stop, ended } = await serve(t);
  const taken = await runCli(['serve', await temporaryFolder(t), '--port', new URL(address).port]);
  assert.equal(taken.code, 1);
  stop();
  assert.match((await ended).stdout, /stopped/);
});

test('it leads to the mirrors that it was told of, and to nothing that is no address', async (t) => {
  for (const wrong of ['javascript:alert(1)', '//mirror.example.org', 'https://user@example.org/x y']) {
    const { code, stderr } = await runCli(['serve', await temporaryFolder(t), '--downloads', wrong]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /--downloads is no address/);
  }
  const { address, stop, ended } = await serve(t, '--downloads', 'https://mirror.example.org/images/');
  const file = `testix-1/cloud-base/${versions.current}/Testix-cloud-base-1-${versions.current}.amd64.qcow2`;
  const { status, headers } = await fetch(`${address}/${file}`, { redirect: 'manual' });
  assert.deepEqual([status, headers.get('location')], [302, `https://mirror.example.org/images/${file}`]);
  stop();
  await ended;
});
