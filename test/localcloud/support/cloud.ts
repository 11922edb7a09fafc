import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import {
  type LocalCloud,
  type LocalCloudOptions,
  startLocalCloud,
} from '../../../scripts/localcloud/start-local-cloud.ts';

export const REGIONS = ['eu-west-1', 'us-east-1', 'ap-south-1'];
export const START = new Date('2026-11-22T08:00:00Z');

export type Started = LocalCloud & { folder: string; remove(): Promise<void> };

/** A cloud in a folder of its own whose time stands still at START. */
export async function startTestCloud(options: Partial<LocalCloudOptions> = {}): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'localcloud-'));
  const cloud = await startLocalCloud({ folder, regions: REGIONS, clock: START, ...options });
  return {
    ...cloud,
    folder,
    async remove() {
      await cloud.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** One cloud for the tests of a suite. */
export function useCloud(options: Partial<LocalCloudOptions> = {}): () => Started {
  let cloud: Started | undefined;
  before(async () => {
    cloud = await startTestCloud(options);
  });
  after(async () => {
    await cloud?.remove();
  });
  return () => {
    if (cloud === undefined) throw new Error('the cloud was not started');
    return cloud;
  };
}
