import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../../scripts/cli/serve.ts';
import { runMain } from './run-main.ts';

test('proxies are named by address or range: words, and everybody, are refused', async () => {
  for (const [proxies, wrong] of [
    ['true', 'true'],
    ['127.0.0.1,loopback', 'loopback'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['10.0.0.0/33', '10.0.0.0/33'],
    ['10.0.0.0/8/8', '10.0.0.0/8/8'],
    ['127.0.0.1,', ''],
  ]) {
    const args = ['serve', '.', '--port', '0', '--trust-proxy', proxies ?? ''];
    const { code, stderr } = await runMain(args, { commands: [serve] });
    assert.equal(code, 1, stderr);
    assert.ok(stderr.includes(`--trust-proxy has '${wrong}': write addresses or ranges`), stderr);
  }
});
