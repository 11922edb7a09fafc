import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { findShut, openRunner } from '../../../scripts/adapters/host/open-runner.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const setting = 'proc/sys/kernel/apparmor_restrict_unprivileged_userns';

describe('what a runner keeps shut', () => {
  it('is nothing on a machine without such things', async (t) => {
    assert.deepEqual(await findShut(await temporaryFolder(t)), []);
  });

  it('is opened by root, each thing once', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.dirname(path.join(root, setting)), { recursive: true });
    await writeFile(path.join(root, setting), '1\n');
    const shut = await findShut(root);
    const ran: string[] = [];
    const names = await openRunner(shut, async (argv) => {
      ran.push(argv.join(' '));
    });
    assert.deepEqual(names, ['user namespaces']);
    assert.deepEqual(ran, ['sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0']);
    await writeFile(path.join(root, setting), '0\n');
    assert.deepEqual(await findShut(root), []);
  });
});
