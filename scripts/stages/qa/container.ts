/**
 * A container image that was built: its forms and its layer are looked at, and the checks that name a container run in one.
 * Safe to run twice: containers are gone at their end.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError, toAperiodicError } from '../../model/errors.ts';
import { type Context, failed, type GuestContext } from '../../model/qa/check.ts';
import { checksOf, guestChecks } from '../../model/qa/checks.ts';
import {
  containerForms,
  containerImageChecks,
  judgeForms,
  type SeenForm,
} from '../../model/qa/container-checks.ts';
import { failedResults, makeResult, summarize } from '../../model/qa/report.ts';
import { assertValid } from '../../model/schema.ts';
import type { Built, CheckResult, QaReport, Tested } from '../../model/types.generated.ts';
import type { Ports } from '../../ports.ts';
import { renderJunit } from '../../render/junit.ts';
import { describeFailure } from './failure.ts';
import { folderOf, freshLogs } from './logs.ts';
import { runPhase } from './phase.ts';
import { createProgress, type Progress } from './progress.ts';
import { specOf } from './spec.ts';

type ContainerPorts = Pick<Ports, 'artifacts' | 'clock' | 'containers' | 'kickstarts' | 'log'>;

const ownLog = /^(qa\.json|junit\.xml)$/;

/** @throws AperiodicError as testImage */
export async function testContainer(built: Built, ports: ContainerPorts): Promise<Tested> {
  const { job } = built;
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folderOf(built, 'qa')), ownLog);
  const context: Context = {
    job,
    spec: await specOf(built, ports),
    artifacts: built.artifacts.map(({ name, file }) => ({ name, size: file.size })),
  };
  const task = ports.log.task(`Testing ${job.name} ${job.version} ${job.architecture} (container)`);
  try {
    const inside = checksOf(guestChecks, 'container', 'after-boot', job);
    const progress = createProgress(task, 1 + containerImageChecks.length + inside.length);
    const results = [
      ...(await inspectForms(built, ports, progress)),
      ...(await inspectLayer(built, context, ports, progress)),
      ...(await runInside(built, context, ports, progress)),
    ];
    const report = assertValid('QaReport', { accelerator: 'none', boots: 0, results });
    await writeReport(report, built, logFolder);
    const bad = failedResults(report);
    if (bad.length > 0) {
      const files = ['qa.json', 'junit.xml'].map((name) => path.join(logFolder, name));
      throw describeFailure('the image', bad, [], logFolder, files);
    }
    task.done(summarize(report));
    return { built, qa: report };
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

async function inspectForms(
  { artifacts: list, container, raw, job }: Built,
  { artifacts, containers }: ContainerPorts,
  progress: Progress,
): Promise<CheckResult[]> {
  progress.doing('image', containerForms.id);
  const forms: SeenForm[] = [];
  for (const { name, format, file } of list) {
    const facts = await containers.describe(await artifacts.get(file), format).catch(whyUnreadable);
    forms.push({ name, facts });
  }
  const wanted = {
    config: container?.config,
    layer: `sha256:${raw.sha256}`,
    architecture: job.architecture,
  };
  progress.checked();
  return [makeResult(containerForms.id, 'image', judgeForms(forms, wanted))];
}

async function inspectLayer(
  { raw }: Built,
  context: Context,
  { artifacts, containers }: ContainerPorts,
  progress: Progress,
): Promise<CheckResult[]> {
  const view = await containers.open(await artifacts.get(raw));
  const results: CheckResult[] = [];
  for (const check of containerImageChecks) {
    progress.doing('image', check.id);
    const verdict = await check
      .inspect(view, context)
      .catch(async (error: unknown) => failed(whyUnreadable(error)));
    results.push(makeResult(check.id, 'image', verdict));
    progress.checked();
  }
  return results;
}

async function runInside(
  built: Built,
  context: Context,
  { artifacts, clock, containers }: ContainerPorts,
  progress: Progress,
): Promise<CheckResult[]> {
  const archive = built.artifacts.find(({ format }) => format === 'oci');
  if (archive === undefined) {
    throw new AperiodicError('invalid', "a container is tested from its OCI archive: add 'oci' to 'formats'");
  }
  const path = await artifacts.get(archive.file);
  const folder = await artifacts.workFolder(folderOf(built, 'qa-container'));
  const machine = {
    run: async (script: string, seconds: number, onLine?: (line: string) => void) =>
      await containers.run({
        archive: path,
        architecture: built.job.architecture,
        folder,
        script,
        seconds,
        ...(onLine === undefined ? {} : { onLine }),
      }),
  };
  const guest: GuestContext = { ...context, guest: 'container', diskSize: 0, echoPort: 0 };
  const hooks = {
    starting: (id: string) => progress.doing('container', id),
    answered: () => progress.checked(),
  };
  return await runPhase(
    machine,
    checksOf(guestChecks, 'container', 'after-boot', built.job),
    guest,
    clock,
    hooks,
  );
}

/** Content that breaks a reader is the image's fault; anything else is thrown again. */
function whyUnreadable(error: unknown): string {
  const known = toAperiodicError(error);
  if (known.code !== 'invalid') throw error;
  return [known.message, known.detail ?? ''].join('\n').trim();
}

async function writeReport(report: QaReport, { job }: Built, folder: string): Promise<void> {
  await writeFile(path.join(folder, 'qa.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  const subject = `${job.name}-${job.version}.${job.architecture}`;
  await writeFile(path.join(folder, 'junit.xml'), renderJunit(report, subject));
}
