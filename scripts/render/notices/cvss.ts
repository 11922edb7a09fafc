/** CVSS as other formats want it: what they would refuse is left out. */
import type { Cvss } from '../../model/types.generated.ts';

/** Base metrics of version 3, each once and in the order of the standard. */
const version3 = /^CVSS:(3\.[01])\/AV:[NALP]\/AC:[LH]\/PR:[NLH]\/UI:[NR]\/S:[UC]\/C:[NLH]\/I:[NLH]\/A:[NLH]$/;
const version4 =
  /^CVSS:4\.0\/AV:[NALP]\/AC:[LH]\/AT:[NP]\/PR:[NLH]\/UI:[NPA]\/VC:[HLN]\/VI:[HLN]\/VA:[HLN]\/SC:[HLN]\/SI:[HLN]\/SA:[HLN]$/;

/** As CSAF 2.0 embeds it: the object of CVSS's own JSON schema. Undefined for other versions and for what is not base metrics only. */
export function cvss3(cvss: Cvss | undefined): object | undefined {
  const [, version] = version3.exec(cvss?.vector ?? '') ?? [];
  if (cvss === undefined || version === undefined) return undefined;
  return { version, vectorString: cvss.vector, baseScore: cvss.score, baseSeverity: rate(cvss.score) };
}

/** As OSV has it. */
export function osvSeverity(cvss: Cvss | undefined): { type: string; score: string } | undefined {
  if (cvss?.vector === undefined) return undefined;
  if (version3.test(cvss.vector)) return { type: 'CVSS_V3', score: cvss.vector };
  if (version4.test(cvss.vector)) return { type: 'CVSS_V4', score: cvss.vector };
  return undefined;
}

/** https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale */
function rate(score: number): string {
  if (score === 0) return 'NONE';
  if (score < 4) return 'LOW';
  if (score < 7) return 'MEDIUM';
  return score < 9 ? 'HIGH' : 'CRITICAL';
}
