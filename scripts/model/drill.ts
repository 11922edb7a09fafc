/** The emergency of a drill: an advisory that nobody wrote, about a package that main has in a version that never was. */
import { AperiodicError } from './errors.ts';
import { assertValid } from './schema.ts';
import { timestamp } from './timestamp.ts';
import type {
  Advisory,
  AwsTargets,
  Finding,
  FixedPackage,
  Pin,
  Pins,
  Targets,
  Verdict,
} from './types.generated.ts';
import type { JudgeUpdate } from './update/judged.ts';

/** Older than any version of deb and of rpm: a tilde sorts before the end. Nothing is ever built of it. */
export const staleVersion = '0~drill';
const staleDigest = 'd'.repeat(64);
export const drillFeed = 'drill';

/** `DRILL-20261122T120000Z`. */
export function drillName(start: Date): string {
  return `DRILL-${timestamp(start).replaceAll(/[-:]/g, '')}`;
}

/** Pins of which one package, among those that the kickstart asks for, has the version that never was. */
export function agePins(all: readonly Pins[]): { pins: Pins[]; name: string } {
  const [first] = all;
  const names = new Set(first?.packages.map((pin) => pin.name));
  const name = first?.request.packages.find((wanted) => names.has(wanted)) ?? first?.packages[0]?.name;
  if (name === undefined) throw new AperiodicError('invalid', 'has no package that a drill could be about');
  const age = (pin: Pin): Pin =>
    pin.name === name ? { ...pin, version: staleVersion, sha256: staleDigest } : pin;
  return { name, pins: all.map((pins) => ({ ...pins, packages: pins.packages.map(age) })) };
}

/**
 * Where a drill's release goes: one mirror, no registry, the regions of the real one, in a cloud that has nothing of the real
 * account's. Notices are a drill's by their names, and go to nobody but the address that was given.
 */
export function targetsOfDrill({ aws, notices = {} }: Targets, mailTo: string | undefined): Targets {
  const { to: _, from, since: __, ...kept } = notices;
  const mail = mailTo === undefined ? {} : { from: from ?? { address: mailTo }, to: [mailTo] };
  return assertValid('Targets', {
    mirrors: [{ id: 'primary', keep: 2 }],
    ...(aws === undefined ? {} : { aws: awsOfDrill(aws) }),
    notices: { ...kept, prefix: 'DRILL', ...mail },
  });
}

function awsOfDrill({ account: _, launch, ...aws }: AwsTargets): AwsTargets {
  if (launch === undefined) return aws;
  const { subnet: __, securityGroup: ___, ...kept } = launch;
  return { ...aws, launch: { allowFrom: anybody, ...kept } };
}

/** Of a local cloud, where nobody else is. */
const anybody = '0.0.0.0/0';

export type JudgeFinding = (finding: Finding) => Verdict;

/** Half a day, where nobody gives a policy. */
const defaultHours = 12;

/** The deadline of a drill that no policy decides on. */
export function defaultVerdict({ stream, advisory, available }: Finding): Verdict {
  const from = new Date(available ?? advisory.published ?? 0);
  return {
    stream,
    advisory: advisory.id,
    feed: advisory.feed,
    rule: 'drill-default',
    due: timestamp(new Date(from.getTime() + defaultHours * 3_600_000)),
    approvals: 1,
    because: [`a drill without a policy has ${defaultHours} hours`],
  };
}

/** Says of the aged package that its fix is critical and known to be exploited. */
export function judgeDrill(name: string, start: Date, judge: JudgeFinding): JudgeUpdate {
  return async ({ stream, before, after, availableSince }) => {
    const packages: FixedPackage[] = before.flatMap(({ architecture, packages: pins }) => {
      const next = after.find((pins) => pins.architecture === architecture);
      const to = next?.packages.find((pin) => pin.name === name)?.version;
      const stale = pins.some((pin) => pin.name === name && pin.version === staleVersion);
      return stale && to !== undefined ? [{ name, architecture, from: staleVersion, to }] : [];
    });
    if (packages.length === 0) return [];
    const published = timestamp(start);
    const advisory: Advisory = {
      id: drillName(start),
      feed: drillFeed,
      title: `A drill, not a flaw: ${name} is said to have one`,
      severity: 'critical',
      cves: [],
      published,
      fixes: packages.map(({ to }) => ({ package: name, of: 'binary' as const, fixed: to })),
      references: [],
      flaws: [],
    };
    const finding: Finding = {
      stream,
      advisory,
      packages: packages.map(({ architecture, from, to }) => ({
        name,
        architecture,
        installed: from,
        fixed: to,
      })),
      exploited: { added: published },
      available: availableSince(advisory, packages),
    };
    return [{ finding, packages, verdict: judge(finding) }];
  };
}
