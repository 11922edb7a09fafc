/** A built image, uploaded and registered in a local cloud that is a process of its own, and ssh into its instances. */
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectoryValues } from '../../scripts/adapters/artifacts/values.ts';
import { createAwsCloud } from '../../scripts/adapters/aws/cloud.ts';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { createPlainLog } from '../../scripts/adapters/log/plain-log.ts';
import { hasSshBanner } from '../../scripts/adapters/qemu/banner.ts';
import { callSsh } from '../../scripts/adapters/qemu/ssh.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { imageTags } from '../../scripts/model/aws-names.ts';
import { ensureSnapshot } from '../../scripts/stages/cloud/snapshot.ts';
import { prepareBench } from '../bench/prepare.ts';
import { type ChildServer, startChildServer } from './child-server.ts';

export const homeRegion = 'eu-west-1';

const log = createPlainLog({ write: () => true }, () => performance.now());

/**
 * The raw image that tests boot: the one that BOOT_IMAGE names, or a new one with the packages of today.
 * @param folder gets what is built
 */
export async function findImageFile(folder: string): Promise<string> {
  const { BOOT_IMAGE } = process.env;
  if (BOOT_IMAGE !== undefined && BOOT_IMAGE !== '') return BOOT_IMAGE;
  const { job, spec, opened } = await prepareBench(
    folder,
    path.join(toolRoot, '.aperiodic/bench/store'),
    log,
  );
  const out = path.join(folder, 'image');
  await mkdir(out, { recursive: true });
  const request = { job, spec, baseName: 'boots', folder: out };
  return (await opened.ports.images.build(request, opened.ports.store, log.task('build'))).raw;
}

/** Sends and registers an image as the upload stage does. */
export async function registerFile(endpoint: string, folder: string, file: string): Promise<string> {
  const clock = { now: () => new Date(), sleep: async (ms: number) => await sleep(ms) };
  const cloud = createAwsCloud({ clock, endpoint, credentials: DEFAULT_IDENTITY, home: homeRegion });
  const region = cloud.region(homeRegion);
  const { size } = await stat(file);
  const identity = {
    stream: 'test/boots',
    name: 'Boots',
    version: '20260101.0',
    architecture: 'amd64',
    content: '0'.repeat(64),
    raw: '0'.repeat(64),
  } as const;
  const values = createDirectoryValues(path.join(folder, 'values'));
  const ports = { clock, values, log };
  const snapshot = await ensureSnapshot({ identity, file, size }, region, ports, log.task('upload'));
  return await region.registerImage({
    name: 'boots',
    snapshot,
    architecture: 'x86_64',
    bootMode: 'uefi-preferred',
    tags: imageTags(identity),
  });
}

/** The cloud of a folder, as a process that can be killed. */
export async function startCloudProcess(folder: string): Promise<ChildServer> {
  const script = path.join(toolRoot, 'test/localcloud/support/run-cloud.ts');
  return await startChildServer(process.execPath, ['--import', 'tsx', script, folder], toolRoot);
}

/** A shell in an instance, as root. */
export interface Shell {
  run(script: string): Promise<string>;
  bootId: string;
}

/**
 * Waits until ssh lets in.
 * @param keys folder with the key
 * @param notBoot a boot that is not meant any more
 */
export async function login(port: number, keys: string, seconds: number, notBoot = ''): Promise<Shell> {
  const deadline = Date.now() + seconds * 1000;
  const target = { port, user: 'debian', folder: keys };
  const run = async (script: string) => {
    const result = await callSsh(target, { command: 'sudo -n bash -s', input: script, seconds: 180 });
    if (result.exitCode !== 0) {
      throw new Error(`exit ${result.exitCode} of:\n${script}\n${result.stdout}\n${result.stderr}`);
    }
    return result.stdout;
  };
  let last: unknown;
  while (Date.now() < deadline) {
    if (await hasSshBanner(port, 5000)) {
      try {
        const bootId = (await run('cat /proc/sys/kernel/random/boot_id')).trim();
        if (bootId !== notBoot) return { run, bootId };
      } catch (error) {
        last = error;
      }
    }
    await sleep(500);
  }
  throw new Error(`no login at port ${port} within ${seconds} s`, { cause: last });
}
