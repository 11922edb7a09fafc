/** Findings for people at a terminal. */
import { describeStated } from '../model/not-affected.ts';
import type { AffectedPackage, Finding } from '../model/types.generated.ts';

export interface StreamFindings {
  stream: string;
  findings: readonly Finding[];
}

/** What became of a feed, of one distribution. */
export interface FeedLine {
  distribution: string;
  feed: string;
  state: 'read' | 'stale' | 'failed' | 'not-configured';
  entries: number;
}

const severities = ['critical', 'important', 'moderate', 'low', 'unknown'];
const maxFindings = 200;
const maxPackages = 4;

/** The gravest first, each on a line; what is stated not to affect comes last, with the statement. */
export function renderFindings(streams: readonly StreamFindings[], feeds: readonly FeedLine[]): string {
  const lines = streams.flatMap(({ stream, findings }) => {
    const sorted = [...findings].sort(compareFindings);
    const more = sorted.length - maxFindings;
    return [
      `${stream}: ${summarize(findings)}`,
      ...sorted.slice(0, maxFindings).map((finding) => `  ${describe(finding)}`),
      ...(more > 0 ? [`  … and ${more} more`] : []),
    ];
  });
  const states = feeds.map(
    ({ distribution, feed, state, entries }) =>
      `  ${feed} (${distribution}): ${state === 'not-configured' ? 'no address' : `${state}, ${entries} entries`}`,
  );
  return [...lines, 'feeds:', ...(states.length === 0 ? ['  none'] : states)].join('\n');
}

function summarize(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no advisory that is known';
  const stated = findings.filter(({ notAffected }) => notAffected !== undefined).length;
  const all = count(findings.length, 'advisory', 'advisories');
  return stated === 0
    ? all
    : `${all}, of which ${stated} ${stated === 1 ? 'is' : 'are'} stated not to affect it`;
}

function compareFindings(a: Finding, b: Finding): number {
  const rank = ({ advisory, exploited, notAffected }: Finding) =>
    (notAffected === undefined ? 0 : 100) +
    (exploited === undefined ? 10 : 0) +
    severities.indexOf(advisory.severity);
  return rank(a) - rank(b) || (b.advisory.cvss?.score ?? 0) - (a.advisory.cvss?.score ?? 0);
}

function describe({ advisory, packages, exploited, epss, notAffected }: Finding): string {
  const facts = [
    advisory.severity,
    ...(advisory.cvss === undefined ? [] : [`CVSS ${advisory.cvss.score.toFixed(1)}`]),
    ...(exploited === undefined ? [] : [`exploited since ${exploited.added.slice(0, 10)}`]),
    ...(epss === undefined ? [] : [`EPSS ${(epss * 100).toFixed(1)} %`]),
  ];
  const shown = packages.slice(0, maxPackages).map(describePackage);
  const more = packages.length > maxPackages ? ` and ${packages.length - maxPackages} more` : '';
  const stated = describeStated(notAffected ?? []).map((line) => `\n    ${line}`);
  return `${advisory.id} (${advisory.feed}) ${facts.join(', ')}: ${shown.join(', ')}${more}${stated.join('')}`;
}

function describePackage({ name, architecture, installed, fixed }: AffectedPackage): string {
  return `${name} ${installed} → ${fixed ?? 'no fix yet'} [${architecture}]`;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
