import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { labelRoot } from '../../../scripts/adapters/image/selinux.ts';
import type { SelinuxMode } from '../../../scripts/model/kickstart/image-spec.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const config = '# What SELinux does\nSELINUX=enforcing\nSELINUXTYPE=targeted\n';

/** Labels a root that has this configuration, or none. */
async function label(t: TestContext, content: string | undefined, selinux?: SelinuxMode) {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'etc/selinux/config');
  await mkdir(path.dirname(file), { recursive: true });
  if (content !== undefined) await writeFile(file, content);
  const ran: string[] = [];
  await labelRoot({
    request: { spec: { selinux } },
    note: () => undefined,
    followed: async (name) => path.join(folder, name),
    run: async (command, args) => {
      ran.push([command, ...args].join(' ').replaceAll(folder, ''));
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  });
  return { ran, config: await readFile(file, 'utf8').catch(() => undefined) };
}

const setfiles = [
  'setfiles -F -m -r /build/root -- /etc/selinux/targeted/contexts/files/file_contexts /build/root',
];

test('where a policy is installed every file is labelled by it, and the mode is what the kickstart says', async (t) => {
  assert.deepEqual(await label(t, config), { ran: setfiles, config });
  const permissive = config.replace('enforcing', 'permissive');
  assert.deepEqual(await label(t, config, 'permissive'), { ran: setfiles, config: permissive });
  const unsaid = 'SELINUXTYPE=targeted\n';
  const said = `SELINUX=enforcing\n${unsaid}`;
  assert.deepEqual(await label(t, unsaid, 'enforcing'), { ran: setfiles, config: said });
});

test('a policy that is disabled labels nothing', async (t) => {
  const disabled = config.replace('enforcing', 'disabled');
  assert.deepEqual(await label(t, config, 'disabled'), { ran: [], config: disabled });
});

test('without a policy there is nothing to do, unless one is asked for', async (t) => {
  assert.deepEqual(await label(t, undefined), { ran: [], config: undefined });
  assert.deepEqual(await label(t, undefined, 'disabled'), { ran: [], config: undefined });
  const error = { code: 'build-failed', message: /^selinux --enforcing: no policy is installed/ };
  await assert.rejects(label(t, undefined, 'enforcing'), error);
  await assert.rejects(label(t, 'SELINUXTYPE=../../etc\n', 'enforcing'), error);
});
