/** Starts the instance of a launch and runs the checks of guests in it. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import { assertReachable, instanceTypeOf, noAnswer } from '../../model/launch.ts';
import { boots, countChecks, reboots } from '../../model/qa/checks.ts';
import { findDefaultUser } from '../../model/qa/default-user.ts';
import { diskGrowthBytes, loginSeconds } from '../../model/qa/limits.ts';
import { failedResults } from '../../model/qa/report.ts';
import { assertValid } from '../../model/schema.ts';
import type { Built, CheckResult, LaunchReport, Tested, UploadedImage } from '../../model/types.generated.ts';
import type { CloudRegion, Login, Ports, Task } from '../../ports.ts';
import { renderJunit } from '../../render/junit.ts';
import { describeFailure } from '../qa/failure.ts';
import { testGuest } from '../qa/guest.ts';
import { folderOf, freshLogs } from '../qa/logs.ts';
import { createProgress } from '../qa/progress.ts';
import { specOf } from '../qa/spec.ts';
import { createInstanceMachine } from './machine.ts';
import type { Session } from './session.ts';
import { waitForInstance } from './start.ts';

export interface InstanceTest {
  tested: Tested;
  image: UploadedImage;
  /** For work in progress. */
  folder: string;
  login: Login;
  session: Session;
}

type TestPorts = Pick<Ports, 'artifacts' | 'clock' | 'disks' | 'kickstarts'>;

const gibibyte = 1024 ** 3;
/** Where the image itself is not on this machine. */
const usualUser = 'debian';

/** Files of an earlier launch that this one may not write again. */
const ownLog = /^(launch\.json|junit\.xml|ec2-(serial\.log|journal\.txt|screen\.(png|jpg)))$/;

export type InstanceOutcome =
  | { report: LaunchReport }
  | {
      /** Why the image is bad. */
      failure: AperiodicError;
      /** All that is wrong is that ssh did not answer: nothing in the instance said why. */
      silent: boolean;
    };

/** The instance runs still when this ends. @throws AperiodicError as the stage does, save for checks that failed */
export async function testInstance(
  { tested: { built }, image, folder, login, session }: InstanceTest,
  region: CloudRegion,
  ports: TestPorts,
  task: Task,
): Promise<InstanceOutcome> {
  const { job } = built;
  const settings = assertReachable(job.launch);
  const logFolder = await freshLogs(await ports.artifacts.logFolder(folderOf(built, 'launch')), ownLog);
  const spec = await specOf(built, ports);
  const user = await findUser(built, ports);
  const instanceType = instanceTypeOf(job.architecture, settings);
  const gibibytes = Math.ceil((built.raw.size + diskGrowthBytes) / gibibyte);
  const mark = randomBytes(16).toString('hex');
  const { publicKey } = login;
  task.note(`starting a ${instanceType}`);
  const id = await session.start({ ami: image.ami, instanceType, settings, gibibytes, publicKey, mark });
  const { host, port } = await waitForInstance(id, settings, region, ports.clock);
  const shell = login.reach({ host, port, user });
  const stop = () => session.end();
  const machine = createInstanceMachine({ id, region, shell, clock: ports.clock, folder, stop });
  const outcome = await testGuest(
    {
      folder,
      context: {
        job,
        spec,
        artifacts: [],
        guest: 'ec2',
        diskSize: gibibytes * gibibyte,
        echoPort: machine.echoPort,
        instance: { id, ami: image.ami, region: region.id, user, publicKey, mark },
      },
      loginSeconds: loginSeconds.ec2,
      reboot: reboots.guests.includes('ec2'),
      logFolder,
    },
    machine,
    ports,
    createProgress(task, countChecks('ec2', job)),
  );
  const report = assertValid('LaunchReport', {
    region: region.id,
    ami: image.ami,
    instanceType,
    results: outcome.results,
  });
  const files = await writeReport(report, built, logFolder);
  const bad = failedResults(report);
  if (bad.length === 0) return { report };
  const failure = describeFailure(`the instance ${id} of ${image.ami}`, bad, [outcome], logFolder, files);
  return { failure, silent: bad.every(isSilence) };
}

function isSilence({ id, seen = '' }: CheckResult): boolean {
  return [boots.id, reboots.id].includes(id) && seen.includes(noAnswer);
}

async function findUser({ raw }: Built, { artifacts, disks }: TestPorts): Promise<string> {
  try {
    const view = await disks.open(await artifacts.get(raw));
    return findDefaultUser((await view.read('/etc/cloud/cloud.cfg')) ?? '') ?? usualUser;
  } catch (error) {
    if (error instanceof AperiodicError && error.code === 'not-found') return usualUser;
    throw error;
  }
}

async function writeReport(report: LaunchReport, { job }: Built, folder: string): Promise<string[]> {
  const subject = `${job.name}-${job.version}.${job.architecture} launch`;
  const contents = {
    'launch.json': `${JSON.stringify(report, undefined, 2)}\n`,
    'junit.xml': renderJunit(report, subject),
  };
  const files: string[] = [];
  for (const [name, content] of Object.entries(contents)) {
    const file = path.join(folder, name);
    await writeFile(file, content);
    files.push(file);
  }
  return files;
}
