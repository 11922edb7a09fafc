/** All checks, in the order in which they are run and documented. docs/qa-expectations.md is rendered from them. */
import type { Guest } from '../inspection.ts';
import type { Job, PayloadKind } from '../types.generated.ts';
import {
  type BootCheck,
  everyGuest,
  type GuestCheck,
  type ImageCheck,
  mainGuests,
  type OutsideCheck,
  type Phase,
  type Purpose,
} from './check.ts';
import { concerns } from './firmwares.ts';
import { accountsLocked, passwordRefused, rootRefused, sshSettings } from './guest/access.ts';
import { loaderInstalls, menuRenders } from './guest/bootloader.ts';
import { containerLocale, containerSources } from './guest/container.ts';
import { containerEngine, containerRestarted } from './guest/container-engine.ts';
import { kernelArguments, packagesPinned, servicesAsAsked } from './guest/content.ts';
import { efiMounted, rootGrown } from './guest/disk.ts';
import { distributedJob } from './guest/distributed-jobs.ts';
import {
  datasourceEc2,
  hostKeyOnConsole,
  hostnameFromMetadata,
  metadataNeedsToken,
  onlyLaunchKey,
  rootOnNvme,
  userDataRan,
} from './guest/ec2.ts';
import { authorizedKeys, listeningPorts, trustStore } from './guest/exposure.ts';
import { fstabInUse } from './guest/file-systems.ts';
import { secondKernel, secondKernelBoots, secondKernelRemoved } from './guest/kernel.ts';
import { cleanShutdown, systemLogging } from './guest/logging.ts';
import { packageFiles } from './guest/package-files.ts';
import { packageLifecycle } from './guest/packages.ts';
import { serviceManipulation, servicesKept } from './guest/services.ts';
import {
  cloudInitDone,
  runningAgain,
  serialConsole,
  systemRunning,
  unitsUp,
  unitsUpAgain,
} from './guest/settled.ts';
import { baseStartup, bootTime, memoryUsed } from './guest/startup.ts';
import { scriptRanOnce, userDataApplied, userDataLogin } from './guest/user-data.ts';
import { clockRight, networkUp } from './guest/world.ts';
import { identityChecks, sizeChecks } from './image-checks.ts';
import { leftoverChecks } from './leftover-checks.ts';
import { permissionChecks } from './permission-checks.ts';
import { trustChecks } from './trust-checks.ts';
import { cloudInitEnabled, diskReadable } from './use-checks.ts';

export { diskReadable } from './use-checks.ts';

export const imageChecks: readonly ImageCheck[] = [
  diskReadable,
  ...sizeChecks,
  ...identityChecks,
  ...trustChecks,
  ...permissionChecks,
  ...leftoverChecks,
  cloudInitEnabled,
];

export const boots: BootCheck = {
  id: 'boots',
  title: 'It boots',
  purpose: 'The one thing that every image must do.',
  expectation:
    'The firmware starts the image, and the default user gets a shell over ssh with the key of the instance.',
  measures: { sshSeconds: 'from power on until a shell answers over ssh' },
  guests: everyGuest,
};

export const reboots: BootCheck = {
  id: 'reboots',
  title: 'It reboots',
  purpose: 'What works only on the first boot breaks when an instance is restarted.',
  expectation:
    'After a reboot ssh answers again, from another boot. A guest restarts itself; an instance of the AMI is restarted by RebootInstances.',
  guests: mainGuests,
};

/** In the order in which the guest runs them: what changes the guest comes last. */
export const guestChecks: readonly GuestCheck[] = [
  clockRight,
  cloudInitDone,
  systemRunning,
  memoryUsed,
  bootTime,
  unitsUp,
  baseStartup,
  rootGrown,
  efiMounted,
  fstabInUse,
  userDataApplied,
  sshSettings,
  accountsLocked,
  authorizedKeys,
  listeningPorts,
  trustStore,
  packagesPinned,
  packageFiles,
  kernelArguments,
  servicesAsAsked,
  networkUp,
  metadataNeedsToken,
  datasourceEc2,
  onlyLaunchKey,
  hostnameFromMetadata,
  userDataRan,
  rootOnNvme,
  systemLogging,
  serviceManipulation,
  containerEngine,
  distributedJob,
  packageLifecycle,
  secondKernel,
  menuRenders,
  loaderInstalls,
  runningAgain,
  unitsUpAgain,
  servicesKept,
  containerLocale,
  containerSources,
  containerRestarted,
  scriptRanOnce,
  cleanShutdown,
  secondKernelBoots,
  secondKernelRemoved,
];

export const outsideChecks: readonly OutsideCheck[] = [
  passwordRefused,
  rootRefused,
  userDataLogin,
  serialConsole,
  hostKeyOnConsole,
];

interface Placed {
  guests: readonly Guest[];
  needs?: Purpose;
  payload?: PayloadKind;
}

/** What of a job decides which checks belong to its image; without an architecture a PC's. */
export type Subject = Pick<Job, 'checks' | 'payload'> & Partial<Pick<Job, 'architecture'>>;

export const belongs = ({ guests, needs, payload }: Placed, guest: Guest, subject: Subject) =>
  concerns(guests, guest, subject.architecture ?? 'x86_64') &&
  (needs === undefined || (subject.checks ?? []).includes(needs)) &&
  (payload === undefined || subject.payload === payload);

/** The checks of one guest in one phase. */
export function checksOf<C extends Placed & { phase: Phase }>(
  checks: readonly C[],
  guest: Guest,
  phase: Phase,
  subject: Subject,
): C[] {
  return checks.filter((check) => check.phase === phase && belongs(check, guest, subject));
}

/** How many results a guest gives when it gets all the way. */
export function countChecks(guest: Guest, subject: Subject): number {
  const inGuest: readonly Placed[] = [...guestChecks, ...outsideChecks, boots, reboots];
  return inGuest.filter((check) => belongs(check, guest, subject)).length;
}
