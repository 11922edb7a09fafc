/** What fetch and build ask of a builder image, and in what order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { Job } from '../../scripts/model/types.generated.ts';
import type { Builder, BuildRequest, Ports } from '../../scripts/ports.ts';
import { buildImage } from '../../scripts/stages/build.ts';
import { fetchPackages } from '../../scripts/stages/fetch.ts';
import { makeTested } from '../support/candidate.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createMemoryMirror, createPorts, fakeImages, fakePayload } from '../support/fake-ports.ts';
import { makePins } from '../support/fake-ports-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const digest = `sha256:${'ab'.repeat(32)}`;
const reference = `registry.example.org/aperiodic/builder@${digest}`;
const builder: Builder = { reference, digest, root: '/nowhere', rpm: '4.20.0' };
const file = 'kickstarts/testix.ks';
const job: Job = assertValid('Job', {
  ...makeTested().built.job,
  payload: 'rpm',
  builder: reference,
  pins: makePins(),
  kickstart: [{ text: 'text', file, line: 1 }],
});

function createWorld(folder: string, fetches: () => void = () => undefined) {
  const calls: string[] = [];
  const requests: BuildRequest[] = [];
  const ports: Ports = {
    ...createPorts({ folder, forge: createFakeForge({}), mirror: createMemoryMirror }),
    builders: {
      fetch: async (asked) => {
        calls.push(`fetch ${asked}`);
        fetches();
      },
      open: async (asked) => {
        calls.push(`open ${asked}`);
        return builder;
      },
    },
    payloads: {
      deb: fakePayload,
      rpm: {
        ...fakePayload,
        download: async (pins, store, task, asked) => {
          calls.push(`download by ${asked.builder?.digest}`);
          await fakePayload.download(pins, store, task, asked);
        },
      },
    },
    images: {
      build: async (request, store, task) => {
        requests.push(request);
        return await fakeImages.build(request, store, task);
      },
    },
  };
  return { calls, requests, ports };
}

test('fetch brings the builder before packages, which it checks; build opens it and fetches nothing', async (t) => {
  const { calls, requests, ports } = createWorld(await temporaryFolder(t));
  const fetched = await fetchPackages(job, ports);
  assert.deepEqual(calls.splice(0), [`fetch ${reference}`, `open ${reference}`, `download by ${digest}`]);
  await fetchPackages(job, ports);
  assert.deepEqual(
    calls.splice(0),
    [`fetch ${reference}`, `open ${reference}`],
    'the store has the packages',
  );
  await buildImage(fetched, ports);
  assert.deepEqual(calls, [`open ${reference}`]);
  assert.deepEqual(requests[0]?.builder, builder);
});

test('without its builder nothing of a release is downloaded', async (t) => {
  const { calls, ports } = createWorld(await temporaryFolder(t), () => {
    throw new AperiodicError('unreachable', 'no registry');
  });
  await assert.rejects(fetchPackages(job, ports), /no registry/);
  assert.deepEqual(calls, [`fetch ${reference}`]);
});
