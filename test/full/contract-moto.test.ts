/** The contract suite against moto, another server of AWS's protocols: what differs is known, and listed. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { startChildServer } from '../support/child-server.ts';
import { pythonOfTests } from '../support/python.ts';

const suite = path.join(toolRoot, 'test/localcloud/contract');

/** Tests that fail, each with what moto does instead. */
const listed = path.join(toolRoot, 'test/full/moto-differences.json');

test('moto fails just the tests of the contract that are listed', async (t) => {
  const moto = await startChildServer(pythonOfTests(), ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0']);
  t.after(() => moto.stop());
  const { passed, failed } = await runContract(moto.endpoint);
  const list: unknown = JSON.parse(await readFile(listed, 'utf8'));
  assert.ok(typeof list === 'object' && list !== null);
  assert.ok(passed.length > 0, 'no test of the contract passed: is moto there at all?');
  assert.deepEqual(failed.toSorted(), Object.keys(list).toSorted(), `${listed} lists other tests: look why`);
});

/** Names of tests, each after its suite's: `images: a name that AWS does not take is refused`. */
async function runContract(endpoint: string): Promise<{ passed: string[]; failed: string[] }> {
  const files = (await readdir(suite)).filter((name) => name.endsWith('.test.ts')).sort();
  const options = ['--import', 'tsx', '--test', '--test-concurrency=1', '--test-reporter=tap'];
  const { stdout } = await exec(
    process.execPath,
    [...options, ...files.map((name) => path.join(suite, name))],
    {
      cwd: toolRoot,
      env: { CONTRACT_ENDPOINT: endpoint },
      accept: [0, 1],
      timeoutSeconds: 300,
    },
  );
  const results: { name: string; ok: boolean }[] = [];
  let suiteOf: { name: string; ok: boolean }[] = [];
  for (const line of stdout.split('\n')) {
    const [, indent, not, name = ''] = /^( *)(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (indent === undefined) continue;
    if (indent !== '') suiteOf.push({ name, ok: not === undefined });
    else {
      results.push(
        ...suiteOf.map((one) => ({ name: `${name.replace('contract: ', '')}: ${one.name}`, ok: one.ok })),
      );
      suiteOf = [];
    }
  }
  const names = (ok: boolean) => results.filter((one) => one.ok === ok).map(({ name }) => name);
  return { passed: names(true), failed: names(false) };
}
