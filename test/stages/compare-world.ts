/** The stage compare with guests that are fakes, and a release before that is somewhere or nowhere. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Acceptance, Compared, PreviousRelease, Tested } from '../../scripts/model/types.generated.ts';
import type { BootRequest } from '../../scripts/ports.ts';
import { compareImage } from '../../scripts/stages/compare.ts';
import { digestOf, makeTested } from '../support/candidate.ts';
import { createMemoryMirror } from '../support/fake-ports.ts';
import { FakeVolumes, loggedIn } from '../support/fake-replacement.ts';
import { createFakeGuest, type GuestBehaviour, type GuestLog } from './fake-guest.ts';

const top = await mkdtemp(path.join(tmpdir(), 'aperiodic-compare-'));
after(async () => await rm(top, { recursive: true }));

export const earlier = '20261101.0';
export const oldText = 'qcow2 of the release before\n';
const newText = 'qcow2 of this release\n';
export const nameOf = (version: string) => `Debian-Cloud-Base-12-${version}.amd64.qcow2`;

export interface World {
  name: string;
  /** Seconds until ssh answers. */
  seconds?: { previous?: number; now?: number };
  previous?: Partial<GuestBehaviour>;
  now?: Partial<GuestBehaviour>;
  /** What the new guest answers besides. */
  answers?: Record<string, string>;
  /** Where the release before is. */
  place?: 'machine' | 'mirror' | 'nowhere' | 'unreachable';
  accepted?: Acceptance[];
  packages?: number;
}

export async function makeWorld(world: World) {
  const { name, seconds = {}, place = 'machine', answers = {} } = world;
  const log: GuestLog = [];
  const requests: BootRequest[] = [];
  const told: string[] = [];
  const artifacts = createDirectoryArtifacts(path.join(top, name));
  const put = async (text: string, version: string) => {
    const file = path.join(top, `${name}-${version}`);
    await writeFile(file, text);
    return await artifacts.put(file, nameOf(version));
  };
  if (place === 'machine') await put(oldText, earlier);
  const mirror = createMemoryMirror('primary');
  if (place === 'mirror') mirror.files.set(`folder/${nameOf(earlier)}`, oldText);
  if (place === 'unreachable')
    mirror.retrieve = async () => {
      throw new AperiodicError('unreachable', 'primary does not answer');
    };
  let time = 1_700_000_000_000;
  const volumes = new FakeVolumes();
  const ports: Parameters<typeof compareImage>[1] = {
    artifacts,
    mirror: () => mirror,
    clock: { now: () => new Date(time), sleep: async () => undefined },
    machines: {
      accelerator: async () => 'tcg',
      async boot(request) {
        requests.push(request);
        await mkdir(request.folder, { recursive: true });
        await writeFile(path.join(request.folder, 'serial.log'), 'serial');
        const which = (await readFile(request.disk, 'utf8')) === oldText ? 'previous' : 'now';
        const given = volumes.answers(request);
        return createFakeGuest(
          request,
          {
            answers: which === 'now' ? { ...given, ...answers } : given,
            tryLogin: async () => loggedIn,
            waitForLogin: async () => {
              time += (seconds[which] ?? 100) * 1000;
            },
            ...world[which],
          },
          log,
        );
      },
    },
    log: {
      info: (message) => told.push(message),
      warn: (message) => told.push(`warning: ${message}`),
      task: (title) => {
        told.push(title);
        return {
          progress: () => undefined,
          note: () => undefined,
          done: (summary) => told.push(`done: ${summary}`),
          failed: (reason) => told.push(`failed: ${reason}`),
        };
      },
    },
  };
  const tested = makeTested();
  const mine = await put(newText, tested.built.job.version);
  const artifact = { name: nameOf(tested.built.job.version), format: 'qcow2' as const, file: mine };
  const previous: PreviousRelease = {
    version: earlier,
    raw: { sha256: digestOf('raw'), size: 1000 },
    artifacts: [{ name: nameOf(earlier), format: 'qcow2', sha256: digestOf(oldText), size: oldText.length }],
    mirrors: [{ id: 'primary', path: 'folder', checksum: digestOf('checksum') }],
    packages: world.packages ?? 1,
    figures: {},
  };
  const { accepted } = world;
  const value: Tested = {
    ...tested,
    built: {
      ...tested.built,
      artifacts: [artifact],
      job: {
        ...tested.built.job,
        previous,
        gates: { downloadPercent: 1000, packages: 0 },
        ...(accepted === undefined ? {} : { accepted }),
      },
    },
  };
  const logs = path.join(top, name, `logs/debian-12/cloud-base/${tested.built.job.version}/compare-amd64`);
  return { ports, log, requests, told, logs, value, artifacts };
}

export async function failureOf({
  value,
  ports,
}: Awaited<ReturnType<typeof makeWorld>>): Promise<AperiodicError> {
  const error = await compareImage(value, ports).then(
    () => assert.fail('it should have failed'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

export const gateOf = ({ comparison }: Compared, id: string) =>
  comparison?.gates.find((gate) => gate.id === id);
