import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { findSshPort, isOutOfSpace, startQemu } from '../../../../scripts/adapters/qemu/process.ts';
import type { QmpClient } from '../../../../scripts/adapters/qemu/qmp.ts';
import { temporaryFolder } from '../../../adapters/qemu/temporary-folder.ts';

function answering(value: unknown): QmpClient {
  return {
    execute: async () => {
      if (value instanceof Error) throw value;
      return value;
    },
    onEvent: () => undefined,
    close: () => undefined,
  };
}

const table = `Hub -1 (net):\r
  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r
  TCP[ESTABLISHED]   12       127.0.0.1 50000       10.0.2.15    80     0     0\r
  TCP[HOST_FORWARD]   9       127.0.0.1 43533       10.0.2.15    22     0     0\r
`;

test('the port of ssh is read from the table of connections', async () => {
  assert.equal(await findSshPort(answering(table)), 43533);
  await assert.rejects(findSshPort(answering('')), { code: 'host-failed' });
});

test('a guest that is held for want of space is told from one that runs or is gone', async () => {
  assert.equal(await isOutOfSpace(answering({ running: false, status: 'io-error' })), true);
  assert.equal(await isOutOfSpace(answering({ running: true, status: 'running' })), false);
  assert.equal(await isOutOfSpace(answering(new Error('gone'))), false);
});

test('an emulator that is not there, or does not like its arguments, is told with what it said', async () => {
  const folder = await temporaryFolder();
  const log = path.join(folder, 'qemu.log');
  await assert.rejects(startQemu({ emulator: 'qemu-system-nothing', args: [], folder, log }), {
    code: 'missing-tool',
  });
  await assert.rejects(
    startQemu({ emulator: 'qemu-system-x86_64', args: ['-machine', 'no-such-machine'], folder, log }),
    { code: 'host-failed', message: 'QEMU did not start', detail: /no-such-machine|unsupported machine/i },
  );
});
