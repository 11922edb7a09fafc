/** How an AMI is launched for its test. Names follow from what the image is, so that a run that was killed is found again. */
import { awsArchitecture, type ImageIdentity, tagKeys } from './aws-names.ts';
import { AperiodicError } from './errors.ts';
import type { Architecture, LaunchSettings } from './types.generated.ts';

/** Small current types with NVMe: the cheapest that every region has. */
const usualTypes = { x86_64: 't3.small', arm64: 't4g.small' } as const;

/** Minutes after which an instance that nobody ended powers itself off, which ends it. Counted anew at each boot. */
export const longestLaunchMinutes = 60;

/** Where the user-data script leaves its mark. Gone at the next boot. */
export const userDataMark = '/run/aperiodic-user-data';

export function instanceTypeOf(architecture: Architecture, settings: LaunchSettings): string {
  return settings.instanceTypes?.[architecture] ?? usualTypes[awsArchitecture(architecture)];
}

/**
 * A group that lets ssh in from nowhere is of no use, and one that lets it in from everywhere is for people to decide.
 * @throws AperiodicError `invalid` when the settings name neither a group nor addresses
 */
export function assertReachable(settings: LaunchSettings | undefined): LaunchSettings {
  if (settings?.securityGroup !== undefined || settings?.allowFrom !== undefined) return settings;
  throw new AperiodicError(
    'invalid',
    "'aws.launch' must say from where new AMIs may be reached for their test: 'allowFrom' with the addresses of the machine that runs the release, or a 'securityGroup' that is there",
    { file: 'releases/targets.yaml' },
  );
}

/** Of the key pair and the security group of a launch: one at a time for a version and architecture. */
export function launchName({ stream, version, architecture }: ImageIdentity): string {
  return `aperiodic-launch-${stream.replace('/', '.')}-${version}-${architecture}`;
}

/** Tags of the instance and what comes with it; none of them are those of an image. */
export function launchTags(identity: ImageIdentity): Record<string, string> {
  const { stream, version, architecture, raw } = identity;
  return {
    Name: launchName(identity),
    [tagKeys.stream]: stream,
    [tagKeys.version]: version,
    [tagKeys.architecture]: architecture,
    [tagKeys.raw]: raw,
    [tagKeys.launch]: 'test',
  };
}

/** Finds what an earlier run left, whatever the bytes of its image. */
export function leftoverTags({ stream, version, architecture }: ImageIdentity): Record<string, string> {
  return {
    [tagKeys.stream]: stream,
    [tagKeys.version]: version,
    [tagKeys.architecture]: architecture,
    [tagKeys.launch]: 'test',
  };
}

/**
 * User data of a launch: a script whose mark is looked for, and the end of an instance whose runner was killed. The timer is
 * systemd's own, since at that point of the boot shutdown(8) has nobody to talk to. It may not depend on sysinit.target, as
 * timers do by default: that waits for cloud-init, which would wait for systemd-run. JSON is YAML.
 * @param mark letters and digits
 */
export function renderUserData(mark: string): string {
  const timer = `--timer-property=DefaultDependencies=no --on-active=${longestLaunchMinutes}min`;
  const end = `systemd-run --quiet ${timer} systemctl poweroff </dev/null >/dev/null 2>&1 &`;
  // One host key is enough, and an RSA key takes long to find where the processor is emulated.
  const config = { bootcmd: [end], ssh_genkeytypes: ['ed25519'] };
  const parts = [
    { type: 'text/cloud-config', content: `#cloud-config\n${JSON.stringify(config)}\n` },
    { type: 'text/x-shellscript', content: `#!/bin/sh\nprintf '%s\\n' ${mark} > ${userDataMark}\n` },
  ];
  return `#cloud-config-archive\n${JSON.stringify(parts, undefined, 2)}\n`;
}

/** How a shell that was waited for says that nobody was there at all, which another launch can make otherwise. */
export const noAnswer = 'ssh did not answer';
