/** The QA stage with an image and guests that are told how to behave, and all that it says and does written down. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Built } from '../../scripts/model/types.generated.ts';
import type { BootRequest, Firmware, Ports } from '../../scripts/ports.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { command, disk, parsedOf, somePackages } from '../model/kickstart/commands.ts';
import { makeContext, makeDisk } from '../model/qa/context.ts';
import { noContainers } from '../support/fake-containers.ts';
import { cleanFiles, goodAnswers } from '../support/fake-ports-guests.ts';
import { createFakeGuest, type GuestBehaviour, type GuestLog } from './fake-guest.ts';

const top = await mkdtemp(path.join(tmpdir(), 'aperiodic-qa-'));
after(async () => await rm(top, { recursive: true }));

const digest = '0'.repeat(64);
const rawSize = 2 * 1024 ** 3;
const fileRef = { sha256: digest, size: 1000, uri: 'test:file' };
const { parsed, lines } = parsedOf([
  ...disk,
  somePackages,
  command('bootloader', { '--append': 'console=ttyS0' }),
]);

export const built: Built = {
  job: { ...makeContext().job, kickstart: lines },
  raw: { ...fileRef, size: rawSize },
  artifacts: [{ name: 'Test-Image.qcow2', format: 'qcow2', file: fileRef }],
  tools: {},
};

export const mib = 1024 ** 2;
export const diskMib = 6144;
export const good: GuestBehaviour['answers'] = goodAnswers({
  diskSize: diskMib * mib,
  seconds: 1_700_000_000,
  packages: 'alpha 1.0-1 amd64 ii\nbeta 2:3.1 all ii\n',
});

export interface World {
  name: string;
  guests?: Partial<Record<Firmware, Partial<GuestBehaviour>>>;
  /** Called before each guest starts. */
  boot?: (request: BootRequest) => Promise<void>;
  open?: Ports['disks']['open'];
  files?: Record<string, string>;
}

export function makeWorld({ name, guests = {}, boot, open, files = cleanFiles }: World) {
  const log: GuestLog = [];
  const requests: BootRequest[] = [];
  const told: string[] = [];
  const folder = async (kind: string, part: string, fresh: boolean) => {
    const made = path.join(top, name, kind, part);
    if (fresh) await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    return made;
  };
  const ports: Parameters<typeof testImage>[1] = {
    clock: { now: () => new Date(1_700_000_000_000), sleep: async () => undefined },
    artifacts: {
      put: async () => assert.fail('QA makes no artifact'),
      get: async () => '/images/test.raw',
      workFolder: async (part) => await folder('work', part, true),
      logFolder: async (part) => await folder('logs', part, false),
    },
    kickstarts: { parse: async () => parsed },
    containers: noContainers,
    disks: { open: open ?? (async () => makeDisk(files)) },
    machines: {
      accelerator: async () => 'tcg',
      async boot(request) {
        await boot?.(request);
        requests.push(request);
        await writeFile(path.join(request.folder, 'serial.log'), `${request.firmware} serial`);
        const behaviour = { answers: good, ...guests[request.firmware] };
        return createFakeGuest(request, behaviour, log);
      },
    },
    log: {
      info: (message) => told.push(message),
      warn: (message) => told.push(message),
      task: (title) => {
        told.push(title);
        return {
          progress: (done, total, unit) => told.push(`${done}/${total} ${unit}`),
          note: (text) => told.push(text),
          done: (summary) => told.push(`done: ${summary}`),
          failed: (reason) => told.push(`failed: ${reason}`),
        };
      },
    },
  };
  const logs = path.join(top, name, 'logs', 'test-1/image/20260102.0/qa-amd64');
  return { ports, log, requests, told, logs };
}

export async function failureOf(world: ReturnType<typeof makeWorld>): Promise<AperiodicError> {
  const error = await testImage(built, world.ports).then(
    () => assert.fail('the image should have failed'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}
