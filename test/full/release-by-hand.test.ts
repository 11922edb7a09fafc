/** CI is down: an update that was merged is released by the commands that docs/release-process.md shows. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { describeUpdate } from '../e2e/update-by-pull-request.ts';
import { lastWords, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let demo = '';

before(async () => {
  demo = path.join(await temporaryFolder({ after }), 'demo');
  const { code, stderr } = await runCli(['demo', '--yes', '--folder', demo]);
  assert.equal(code, 0, lastWords(stderr));
});

describeUpdate(() => demo, { byHand: true });
