/**
 * In: an image that is a private AMI in the home region. Out: the same, with what the tests of an instance of it said, all
 * of them good. Nothing is public before.
 *
 * The instance gets a fresh key, user data by the metadata service, and a larger disk, and the checks of guests run in it as
 * they do under QEMU. It is ended whatever happens; so is what an earlier run left, before another is started. A launch that
 * AWS broke is tried once more, and so is one that never answered, for the same bytes answered in QA before; the record says
 * so. An image that an instance shows to be bad is not tried again. A release without AMIs passes through.
 */
import { AperiodicError, type ErrorCode, toAperiodicError } from '../model/errors.ts';
import { assertReachable } from '../model/launch.ts';
import type { Launched, LaunchReport, Tested, Uploaded, UploadedImage } from '../model/types.generated.ts';
import type { Ports, Task } from '../ports.ts';
import { describe, identityOf } from './cloud/identity.ts';
import { clearLaunch } from './launch/leftovers.ts';
import { openSession } from './launch/session.ts';
import { type InstanceOutcome, testInstance } from './launch/test-instance.ts';
import { folderOf } from './qa/logs.ts';

/** What says nothing of the image, and may go well a moment later. */
const passing: readonly ErrorCode[] = ['unreachable', 'host-failed'];

/** As long as the schema lets it be. */
const maxReason = 500;

type LaunchPorts = Pick<
  Ports,
  'artifacts' | 'clock' | 'cloud' | 'disks' | 'kickstarts' | 'log' | 'logins' | 'onInterrupt'
>;

/**
 * @throws AperiodicError `qa-failed` naming each failed check, after all were run; `invalid` when nothing says from where
 * the instance may be reached; `unreachable` when AWS ended it twice
 */
export async function launchImage(uploaded: Uploaded, ports: LaunchPorts): Promise<Launched> {
  const { tested, image } = uploaded;
  if (image === undefined) return uploaded;
  assertReachable(tested.built.job.launch);
  const task = ports.log.task(`launch ${image.ami} of ${describe(identityOf(tested))} in ${image.region}`);
  try {
    const launch = await launchTwice(tested, image, ports, task);
    task.done(`${launch.results.length} checks passed (${launch.instanceType})`);
    return { ...uploaded, launch };
  } catch (error) {
    task.failed(toAperiodicError(error).message);
    throw error;
  }
}

async function launchTwice(
  tested: Tested,
  image: UploadedImage,
  ports: LaunchPorts,
  task: Task,
): Promise<LaunchReport> {
  const launch = () => launchOnce(tested, image, ports, task);
  const first = await launch().catch((error: unknown) => {
    const failure = toAperiodicError(error);
    if (!passing.includes(failure.code)) throw error;
    return { failure, silent: true };
  });
  if (!('failure' in first)) return first.report;
  const { code, message } = first.failure;
  if (!first.silent) throw first.failure;
  ports.log.warn(`${message}. It is launched once more`);
  const second = await launch();
  if ('failure' in second) throw second.failure;
  const reason = `${code}: ${message}`.slice(0, maxReason);
  return { ...second.report, retries: [{ where: 'ec2', reason }] };
}

/** One instance, from its start to its end. */
async function launchOnce(
  tested: Tested,
  image: UploadedImage,
  ports: LaunchPorts,
  task: Task,
): Promise<InstanceOutcome> {
  const region = ports.cloud.region(image.region);
  const identity = identityOf(tested);
  const folder = await ports.artifacts.workFolder(folderOf(tested.built, 'launch'));
  const login = await ports.logins.makeLogin(folder);
  const session = openSession(identity, region, ports);
  try {
    task.note('looking for leftovers');
    await clearLaunch(identity, region, ports);
    const outcome = await testInstance({ tested, image, folder, login, session }, region, ports, task);
    task.note('ending the instance');
    await session.end();
    return outcome;
  } catch (error) {
    await session.end().catch((problem: unknown) => {
      const { message } = toAperiodicError(problem);
      ports.log.warn(`an instance of ${image.ami} in ${region.id} may be running still: ${message}`);
    });
    if (session.interrupted()) throw new AperiodicError('interrupted', 'the launch was interrupted');
    throw error;
  } finally {
    session.close();
    await login.forget();
  }
}
