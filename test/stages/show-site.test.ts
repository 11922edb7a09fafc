import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Tree } from '../../scripts/model/tree.ts';
import { showSite } from '../../scripts/stages/show-site.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';

function setUp(publish: (tree: Tree) => Promise<void>) {
  const log = createFakeLog();
  const forge = createFakeForge({ 'releases/targets.yaml': 'mirrors: []\n' });
  return { log, ports: { log, forge, site: { publish } } };
}

test('the site is made of what the main branch says now', async () => {
  const seen: (string | undefined)[] = [];
  const { log, ports } = setUp(async (tree) => {
    seen.push(await tree.read('releases/targets.yaml'));
  });
  await showSite(ports);
  assert.deepEqual([seen, log.lines], [['mirrors: []\n'], []]);
});

test('a site that cannot be made warns, with file and line, and stops no release', async () => {
  const { log, ports } = setUp(async () => {
    throw new AperiodicError('invalid', 'is not a version', { file: 'releases/a/b/c.yaml', line: 3 });
  });
  await showSite(ports);
  assert.equal(log.lines.length, 1);
  assert.match(
    log.lines[0] ?? '',
    /^warn the web site is as it was before.*releases\/a\/b\/c\.yaml:3.*is not a version/s,
  );
});

test('neither does a forge that cannot be reached, or an error of another kind', async () => {
  const { log, ports } = setUp(async () => {
    throw new TypeError('a defect');
  });
  await showSite(ports);
  const unreachable = async () => {
    throw new AperiodicError('unreachable', 'the forge does not answer');
  };
  await showSite({ ...ports, forge: { ...ports.forge, head: unreachable } });
  assert.equal(log.lines.length, 2);
  assert.match(log.lines.join('\n'), /a defect.*the forge does not answer/s);
});

test('without a site nothing is asked of anybody', async () => {
  const { log, ports } = setUp(async () => assert.fail('asked'));
  const head = async () => assert.fail('asked');
  await showSite({ log, forge: { ...ports.forge, head } });
  assert.deepEqual(log.lines, []);
});
