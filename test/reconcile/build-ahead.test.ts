import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Ports } from '../../scripts/ports.ts';
import { reconcile } from '../../scripts/reconcile.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createMemoryMirror, createPorts, fakeImages } from '../support/fake-ports.ts';
import { load, makeFiles } from '../support/fake-ports-repository.ts';
import { noSigner } from '../support/fake-signer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const streams = ['big-data', 'cloud-base', 'docker-host'].map((name) => `testix-1/${name}`);

interface Given {
  buildsAtOnce?: number;
  /** Stream whose build fails. */
  broken?: string;
  /** All streams have the name of the first. */
  sameName?: boolean;
  signer?: Ports['signer'];
}

async function setUp(t: TestContext, { buildsAtOnce, broken, sameName = false, signer }: Given) {
  const files = makeFiles({ streams });
  for (const [index, id] of streams.entries()) {
    const file = `releases/${id}/stream.yaml`;
    if (!sameName) files[file] = (files[file] ?? '').replace('Testix-Cloud-Base-1', `Testix-${index}-1`);
  }
  const forge = createFakeForge(files);
  const mirror = createMemoryMirror('primary');
  const folder = await temporaryFolder(t);
  const base = createPorts({
    folder: path.join(folder, 'machine'),
    forge,
    mirror: () => mirror,
    ...(signer === undefined ? {} : { signer }),
  });
  const told: string[] = [];
  const together = sameName ? 1 : (buildsAtOnce ?? 1);
  let running = 0;
  let most = 0;
  const ports: Ports = {
    ...base,
    images: {
      build: async (request, ...rest) => {
        told.push(`build ${request.job.stream}`);
        most = Math.max(most, ++running);
        try {
          // Until all that may be built at once have begun: only a build that is alone against the rule waits in vain.
          for (let turn = 0; turn < 500 && told.length < together; turn++) await sleep(10);
          if (request.job.stream === broken) throw new AperiodicError('build-failed', 'is broken');
          return await fakeImages.build(request, ...rest);
        } finally {
          running--;
        }
      },
    },
    machines: {
      ...base.machines,
      boot: (request) => {
        told.push('boot');
        return base.machines.boot(request);
      },
    },
  };
  const run = () => reconcile(ports, { load, ...(buildsAtOnce === undefined ? {} : { buildsAtOnce }) });
  return { run, told, most: () => most, forge };
}

const builds = (told: readonly string[]) => told.filter((line) => line.startsWith('build '));

test('due images are built two at a time before any is tested, each once', async (t) => {
  const { run, told, most } = await setUp(t, { buildsAtOnce: 2 });
  const outcomes = await run();
  assert.deepEqual(
    outcomes.map(({ error, recorded }) => [error, recorded === undefined]),
    streams.map(() => [undefined, false]),
  );
  assert.equal(most(), 2);
  assert.deepEqual(builds(told).toSorted(), streams.map((id) => `build ${id}`).toSorted());
  assert.deepEqual(told.slice(0, 3), builds(told));
  assert.ok((await run()).every(({ plan }) => plan.action.kind === 'nothing'));
  assert.equal(builds(told).length, 3, 'and with nothing due none is built');
});

test('what is released is the same, however many are built at once', async (t) => {
  const one = await setUp(t, {});
  const three = await setUp(t, { buildsAtOnce: 3 });
  await one.run();
  await three.run();
  assert.deepEqual([one.most(), three.most()], [1, 3]);
  assert.deepEqual(three.forge.files, one.forge.files);
});

test('a build that fails is told once, of its stream, and the others are released', async (t) => {
  const { run, told, forge } = await setUp(t, { buildsAtOnce: 2, broken: streams[1] ?? '' });
  const outcomes = await run();
  assert.deepEqual(
    outcomes.map(({ error, recorded }) => [error?.message, recorded === undefined]),
    [
      [undefined, false],
      ['is broken', true],
      [undefined, false],
    ],
  );
  assert.equal(builds(told).length, 3);
  assert.ok(
    ![...forge.files.keys()].some(
      (file) => file.startsWith(`releases/${streams[1]}/`) && /published/.test(file),
    ),
  );
});

test('without a key nothing is built, and images of one name are not built at once', async (t) => {
  const unsigned = await setUp(t, { buildsAtOnce: 2, signer: noSigner });
  assert.ok((await unsigned.run()).every(({ error }) => error?.code === 'not-found'));
  assert.deepEqual(unsigned.told, []);
  const alike = await setUp(t, { buildsAtOnce: 2, sameName: true });
  assert.ok((await alike.run()).every(({ error }) => error === undefined));
  assert.equal(alike.most(), 1);
});
