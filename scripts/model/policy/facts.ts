/** What is known of a finding, in the terms of the policy's conditions. Each fact says where it comes from. */
import type { Exposure, Finding, Policy } from '../types.generated.ts';
import { readVector } from './vector.ts';

/** From the least to the worst. */
export const severities = ['low', 'moderate', 'important', 'critical'] as const;
export type KnownSeverity = (typeof severities)[number];

/** What an image counts as whose stream.yaml does not say: the worse. */
export const defaultExposure: Exposure = 'network';

export interface Facts {
  /** Whether the fix is in the stream's repositories. */
  fix: boolean;
  exploited: boolean;
  ransomware: boolean;
  severity: KnownSeverity;
  /** Base score; 0 when there is none. */
  cvss: number;
  /** 0 when there is none. */
  epss: number;
  network: boolean;
  automatable: boolean;
  total: boolean;
}

export interface KnownFacts {
  facts: Facts;
  /** One sentence a fact, without a full stop: what is known and from where. */
  words: Record<keyof Facts, string>;
}

export function severityRank(severity: KnownSeverity): number {
  return severities.indexOf(severity);
}

/** @param exposure of the stream; undefined when its stream.yaml does not say */
export function deriveFacts(
  policy: Pick<Policy, 'unknownSeverity'>,
  finding: Finding,
  exposure: Exposure | undefined,
): KnownFacts {
  const { advisory, exploited, epss, available } = finding;
  const { counts } = policy.unknownSeverity;
  const severity = advisory.severity === 'unknown' ? counts : advisory.severity;
  const network = (exposure ?? defaultExposure) === 'network';
  const derived = deriveImpact(finding, severity);
  return {
    facts: {
      fix: available !== undefined,
      exploited: exploited !== undefined,
      ransomware: exploited?.ransomware === true,
      severity,
      cvss: advisory.cvss?.score ?? 0,
      epss: epss ?? 0,
      network,
      automatable: derived.automatable,
      total: derived.total,
    },
    words: {
      fix:
        available === undefined
          ? "the fix is not in the stream's repositories"
          : `the fix was first seen in the stream's repositories at ${available}`,
      exploited:
        exploited === undefined
          ? "not in CISA's catalogue of known exploited vulnerabilities"
          : `in CISA's catalogue of known exploited vulnerabilities since ${exploited.added}`,
      ransomware:
        exploited?.ransomware === true
          ? 'used by ransomware, by the same catalogue'
          : 'no use by ransomware is known to the catalogue',
      severity:
        advisory.severity === 'unknown'
          ? `feed ${advisory.feed} gives no severity, which counts as ${counts}`
          : `severity ${severity}, in the distribution's own word (feed ${advisory.feed})`,
      cvss:
        advisory.cvss === undefined
          ? 'no CVSS score is known'
          : `CVSS base score ${advisory.cvss.score}, ${advisory.cvss.vector === undefined ? 'without a vector' : `from ${advisory.cvss.vector}`}`,
      epss: epss === undefined ? 'no EPSS score is known' : `EPSS score ${epss}`,
      network: `exposure ${network ? 'network' : 'local'}, ${exposure === undefined ? 'the default where stream.yaml does not say' : 'by stream.yaml'}`,
      ...derived.words,
    },
  };
}

interface Derived {
  automatable: boolean;
  total: boolean;
  words: { automatable: string; total: string };
}

/**
 * By the vector where there is one. Else by Red Hat's definitions of its severities: critical flaws are easily exploited
 * from afar by anybody and run code, "the types of vulnerabilities that can be exploited by worms"; important ones may give
 * all privileges to local or authenticated users; moderate and low ones do not give control easily.
 * https://access.redhat.com/security/updates/classification
 */
function deriveImpact({ advisory: { cvss } }: Finding, severity: KnownSeverity): Derived {
  if (cvss?.vector !== undefined) {
    const { automatable, automatableBy, total, totalBy } = readVector(cvss.vector);
    const words = {
      automatable: `${automatable ? '' : 'not '}automatable by its CVSS vector (${automatableBy})`,
      total: `${total ? 'total' : 'partial'} technical impact by its CVSS vector (${totalBy})`,
    };
    return { automatable, total, words };
  }
  const automatable = severity === 'critical';
  const total = severityRank(severity) >= severityRank('important');
  const by = `by its severity (${severity}), for there is no CVSS vector`;
  const words = {
    automatable: `${automatable ? '' : 'not '}automatable ${by}`,
    total: `${total ? 'total' : 'partial'} technical impact ${by}`,
  };
  return { automatable, total, words };
}
