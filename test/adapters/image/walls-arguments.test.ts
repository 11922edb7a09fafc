import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readablePaths } from '../../../scripts/adapters/image/builder.ts';
import { buildEnvironment, innerWall, outerWall } from '../../../scripts/adapters/image/sandbox.ts';
import { assertGolden } from '../../support/golden.ts';

const golden = (name: string) => path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden', name);

function lines([file, args]: [string, readonly string[]]): string {
  return [file, ...args].map((arg) => `${arg}\n`).join('');
}

test('the outer wall is what it was', () => {
  const wall = { readable: ['/opt/aperiodic/scripts'], store: '/srv/store', out: '/srv/work/out' };
  assertGolden(golden('outer-wall.txt'), lines(outerWall(wall, ['node', 'worker.ts'])));
});

test('the inner wall is what it was', () => {
  assertGolden(golden('inner-wall.txt'), lines(innerWall(['/bin/sh', '/x'], { PATH: '/bin', TZ: 'UTC' })));
});

test('hostile words stay single arguments', () => {
  const hostile = '$(touch /tmp/x); `id`\n--bind / /';
  const [, args] = innerWall([hostile], { NAME: hostile });
  assert.deepEqual(args.slice(args.lastIndexOf('--')), ['--', hostile]);
  assert.equal(args.filter((arg) => arg === hostile).length, 2);
});

test('the environment depends on the date of the build alone', () => {
  const names = Object.keys(buildEnvironment(1));
  process.env.APERIODIC_TEST_LEAK = 'x';
  assert.deepEqual(Object.keys(buildEnvironment(1)), names);
  delete process.env.APERIODIC_TEST_LEAK;
  assert.equal(buildEnvironment(1_750_000_000).SOURCE_DATE_EPOCH, '1750000000');
});

test("the walls let our code through, and neither git's nor our own configuration", async () => {
  const paths = readablePaths();
  for (const name of paths) await access(name);
  const checkout = path.dirname(paths.find((name) => name.endsWith('/package.json')) ?? '');
  assert.ok(checkout.length > 1);
  assert.ok(!paths.includes(checkout));
  for (const name of ['.git', '.aperiodic', '.venv', 'releases'])
    assert.ok(!paths.some((readable) => path.join(checkout, name).startsWith(readable)), name);
});
