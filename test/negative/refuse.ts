/** Shows that QA refuses a bad image by the check that should: the real stage, with real disks and guests. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { createDiskReader } from '../../scripts/adapters/disk/reader.ts';
import { venvPython } from '../../scripts/adapters/host/python-venv.ts';
import { createKickstartParser } from '../../scripts/adapters/kickstart/parser.ts';
import { createMachines } from '../../scripts/adapters/qemu/machines.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { expectationOf, failedResults, nameResults } from '../../scripts/model/qa/report.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { QaReport } from '../../scripts/model/types.generated.ts';
import { testImage } from '../../scripts/stages/qa.ts';
import { noContainers } from '../support/fake-containers.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { patchCopy } from './apply-patches.ts';
import type { Fault } from './fault.ts';
import type { GoodImage } from './find-image.ts';

const machines = createMachines();

/** A guest that gives no sign of life is given up sooner than in a release. */
const loginSeconds = { kvm: 90, tcg: 480 } as const;

/** Checks that wait until the guest is up: others would look at a half of it. */
const settled = ['cloud-init-done', 'system-running'];

export interface Refusal {
  report: QaReport;
  /** What the stage threw. */
  error: AperiodicError;
}

/**
 * Patches a copy, tests it as far as its fault needs, and removes it.
 * @param folder gets a folder of the fault's name with the logs
 */
export async function refuse(fault: Fault, { built, raw }: GoodImage, folder: string): Promise<Refusal> {
  const place = path.join(folder, fault.name);
  await mkdir(place, { recursive: true });
  const bad = path.join(place, 'bad.raw');
  const { where } = fault.refusedBy;
  try {
    await patchCopy(raw, bad, fault.patches);
    const ports = {
      artifacts: { ...createDirectoryArtifacts(place), get: async () => bad },
      clock: { now: () => new Date(), sleep: async (milliseconds: number) => await sleep(milliseconds) },
      disks: createDiskReader(),
      kickstarts: createKickstartParser({ python: venvPython() }),
      log: createFakeLog(),
      machines,
      containers: noContainers,
    };
    const options = {
      firmwares: where === 'image' ? [] : [where],
      loginSeconds: loginSeconds[await machines.accelerator()],
      // The whole of them takes longer than all of these boots.
      only: [...settled, ...(fault.after ?? []), fault.refusedBy.id],
      reboot: fault.reboots === true,
    };
    const error = await testImage(built, ports, options).then(
      () => assert.fail(`${fault.name}: nothing refused the image`),
      (problem: unknown) => problem,
    );
    assert.ok(error instanceof AperiodicError, String(error));
    const report = await readReport(error, place);
    assertRefused(fault, { report, error });
    return { report, error };
  } finally {
    await rm(bad, { force: true });
  }
}

function assertRefused({ name, refusedBy: { id, where } }: Fault, { report, error }: Refusal): void {
  const failed = failedResults(report);
  assert.ok(
    failed.some((result) => result.id === id && result.where === where),
    `${name} should fail ${id} (${where}), and failed ${nameResults(failed)}`,
  );
  assert.ok(error.message.includes(`${id} (${where})`), error.message);
  assert.ok(
    error.detail?.includes(`${id} (${where})\n  expected: ${expectationOf(id)}\n  seen:\n`),
    error.detail,
  );
  assert.equal(report.retries, undefined);
}

async function readReport(error: AperiodicError, place: string): Promise<QaReport> {
  assert.equal(error.code, 'qa-failed', `${error.message}\n${error.detail ?? ''}`);
  const file = /see (.*)$/.exec(error.message)?.[1] ?? place;
  return assertValid('QaReport', JSON.parse(await readFile(path.join(file, 'qa.json'), 'utf8')));
}
