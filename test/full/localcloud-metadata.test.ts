/** The way from a guest to its metadata service, which QEMU's sandbox must leave open. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { startQemu } from '../../scripts/adapters/qemu/process.ts';
import { METADATA_ADDRESS } from '../../scripts/localcloud/compute/hypervisor.ts';
import { instanceArguments } from '../../scripts/localcloud/compute/qemu-arguments.ts';
import { unprivileged } from '../../scripts/localcloud/compute/qemu-hypervisor.ts';
import { planFor } from '../localcloud/support/small-guest.ts';

test("reaches its metadata service, under QEMU's own sandbox", async (t) => {
  const asked = new Set<string>();
  let heard: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const service = createServer((request, response) => {
    asked.add(`${request.method} ${request.headers.host} ${request.url}`);
    response.writeHead(404, { connection: 'close', 'content-length': 0 }).end(heard);
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const address = service.address();
  const metadataPort = typeof address === 'object' && address !== null ? address.port : 0;
  const plan = await planFor(t, { metadataPort }, Buffer.alloc(0));
  // The network card's own boot code (iPXE) is a client without a system: it is left on, and told what to fetch.
  const args = instanceArguments(plan, {
    accelerator: 'tcg',
    sshPort: 0,
    serialLog: path.join(plan.folder, 'serial.log'),
  }).map((one) =>
    one.replace('romfile=,', '').replace(/^user,/, `user,bootfile=http://${METADATA_ADDRESS}/x,`),
  );
  const log = path.join(plan.folder, 'qemu.log');
  const qemu = await startQemu({ ...unprivileged('qemu-system-x86_64', args), folder: plan.folder, log });
  try {
    await Promise.race([enough, qemu.ended]);
    assert.deepEqual([...asked], [`GET ${METADATA_ADDRESS} /x`]);
  } finally {
    await qemu.stop();
    service.close();
  }
});
