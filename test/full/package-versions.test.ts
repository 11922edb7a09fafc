import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { compareDebVersions } from '../../scripts/model/versions/deb.ts';
import { debPairs } from '../support/package-versions.ts';

/** dpkg takes one pair a call; two shells keep the machine's cores at it. Each prints the pairs that dpkg denies. */
const script = `while read -r a is b; do dpkg --compare-versions "$a" "$is" "$b" || echo "$a $is $b"; done`;

async function deniedByDpkg(lines: readonly string[]): Promise<string> {
  const running = promisify(execFile)('bash', ['-c', script], { encoding: 'utf8' });
  running.child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  return (await running).stdout;
}

test('10,000 pairs of versions are ordered as dpkg --compare-versions orders them', async () => {
  const words = new Map([
    [-1, 'lt'],
    [0, 'eq'],
    [1, 'gt'],
  ]);
  const lines = fc
    .sample(debPairs, 10_000)
    .map(([a, b]) => `${a} ${words.get(Math.sign(compareDebVersions(a, b)))} ${b}`);
  const denied = await Promise.all([deniedByDpkg(lines.slice(0, 5000)), deniedByDpkg(lines.slice(5000))]);
  assert.deepEqual(denied, ['', '']);
});
