/**
 * Bad images, each with one fault patched into a copy of one good image, and each refused by the check that should. Takes
 * half an hour with emulation. APERIODIC_TEST_DEMO names the folder of a demo and the version of its release, with a colon between them,
 * to take its image instead of building one.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { bootFaults } from '../negative/boot-faults.ts';
import { buildGoodImage, type GoodImage, takeDemoImage } from '../negative/find-image.ts';
import { guestFaults } from '../negative/guest-faults.ts';
import { imageFaults } from '../negative/image-faults.ts';
import { refuse } from '../negative/refuse.ts';

let folder = '';
let good: GoodImage;

before(async () => {
  folder = await mkdtemp(path.join(await realpath(tmpdir()), 'aperiodic-negative-'));
  const [demo, version] = (process.env.APERIODIC_TEST_DEMO ?? '').split(':');
  good =
    demo === undefined || version === undefined
      ? await buildGoodImage(path.join(folder, 'good'))
      : await takeDemoImage(demo, version);
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('images that need no boot to be refused', () => {
  for (const fault of imageFaults) {
    it(`${fault.name}: ${fault.refusedBy.id}`, async () => {
      await refuse(fault, good, folder);
    });
  }
});

// Two guests are what a release starts at the same time, too.
describe('images that do not start', { concurrency: 2 }, () => {
  for (const fault of bootFaults) {
    it(`${fault.name}: ${fault.refusedBy.id}`, async () => {
      await refuse(fault, good, folder);
    });
  }
});

describe('images that start and are bad', { concurrency: 2 }, () => {
  for (const fault of guestFaults) {
    it(`${fault.name}: ${fault.refusedBy.id}`, async () => {
      await refuse(fault, good, folder);
    });
  }
});
