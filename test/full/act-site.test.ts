/** The workflow that brings the web site to GitHub Pages, run by act: what Pages is given is whole and signed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createVerifier } from '../../scripts/adapters/openpgp/verifier.ts';
import { type ActRun, type ActWorld, runAct, startAct } from '../support/act.ts';
import { assertJobs } from '../support/github-world.ts';
import { makeKey } from '../support/openpgp.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run: ActRun = {
  event: 'push',
  payload: { ref: 'refs/heads/main', repository: { full_name: 'owner/images' } },
  workflow: 'site.yml',
};

describe('the workflow of the site', () => {
  const endings: (() => unknown)[] = [];
  let world: ActWorld;
  let pages = '';

  before(async () => {
    const folder = path.join(await temporaryFolder({ after: (end) => endings.push(end) }), 'act');
    await mkdir(folder);
    world = await startAct(folder);
    pages = path.join(world.artifacts, 'pages');
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  it('does nothing in a copy that has no site', async () => {
    assertJobs(await runAct(world, run), {});
    assert.equal(existsSync(pages), false);
  });

  it('gives Pages every file that CHECKSUM names, and signs it with the key of its environment', async () => {
    const key = await makeKey('A key of tests, do not trust');
    const secrets = { SITE_SIGNING_KEY: key.armored };
    const result = await runAct(world, { ...run, vars: { SITE: 'pages' }, secrets });
    assertJobs(result, { make: 'success', deploy: 'success' });
    const signed = await readFile(path.join(pages, 'CHECKSUM'), 'utf8');
    const { text } = await createVerifier().open(signed, [Buffer.from(key.publicArmored)]);
    const digests = [...text.matchAll(/^SHA256 \((.+)\) = ([0-9a-f]{64})$/gm)];
    assert.ok(digests.length > 20);
    for (const name of ['index.html', '404.html', 'releases.atom', 'api/v1/catalog.sjson'])
      assert.ok(
        digests.some(([, file]) => file === name),
        name,
      );
    const child = promisify(execFile)('sha256sum', ['--check', '--strict', '--quiet'], { cwd: pages });
    child.child.stdin?.end(digests.map(([, name, digest]) => `${digest}  ${name}\n`).join(''));
    await child;
  });
});
