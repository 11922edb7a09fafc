/**
 * What a CVSS vector tells of two of SSVC's decision points, which CISA's BOD 26-04 decides by. Cautious: a metric that is
 * missing counts as the worse.
 *
 * Automatable (SSVC: steps 1 to 4 of the kill chain, reconnaissance to exploitation, can be automated):
 * - CVSS 4.0 may say it itself (AU, the supplemental metric of the same definition): `AU:Y`, `AU:N`.
 * - Else: over the network, without special conditions, privileges or anybody's doing: AV:N, AC:L, PR:N, UI:N, and AT:N in
 *   4.0; AV:N, AC:L, Au:N in 2.0.
 *
 * Technical impact total (SSVC: the attacker can run anything, do all that the component can, or has its full privileges):
 * both confidentiality and integrity of the vulnerable system are lost altogether: C:H and I:H, VC:H and VI:H in 4.0, C:C and
 * I:C in 2.0. Who reads and writes everything needs no loss of availability besides.
 *
 * https://github.com/CERTCC/SSVC/blob/main/docs/howto/gathering_info/automatable.md
 * https://github.com/CERTCC/SSVC/blob/main/docs/howto/gathering_info/technical_impact.md
 */

export interface VectorFacts {
  automatable: boolean;
  total: boolean;
  /** The metrics that said so: `AV:N AC:L PR:N UI:N`. */
  automatableBy: string;
  totalBy: string;
}

type Worst = readonly (readonly [metric: string, worst: string])[];

const v3 = {
  automatable: [
    ['AV', 'N'],
    ['AC', 'L'],
    ['PR', 'N'],
    ['UI', 'N'],
  ],
  total: [
    ['C', 'H'],
    ['I', 'H'],
  ],
} as const;
const v4 = {
  automatable: [...v3.automatable, ['AT', 'N']],
  total: [
    ['VC', 'H'],
    ['VI', 'H'],
  ],
} as const;
const v2 = {
  automatable: [
    ['AV', 'N'],
    ['AC', 'L'],
    ['Au', 'N'],
  ],
  total: [
    ['C', 'C'],
    ['I', 'C'],
  ],
} as const;

export function readVector(vector: string): VectorFacts {
  const metrics = new Map(
    vector.split('/').map((part) => {
      const [metric = '', value = ''] = part.split(':');
      return [metric, value] as const;
    }),
  );
  const version = metrics.get('CVSS');
  const table = version === undefined ? v2 : version === '4.0' ? v4 : v3;
  const said = version === '4.0' ? metrics.get('AU') : undefined;
  const stated = said === 'Y' || said === 'N';
  return {
    automatable: stated ? said === 'Y' : isWorst(metrics, table.automatable),
    automatableBy: stated ? `AU:${said}` : describe(metrics, table.automatable),
    total: isWorst(metrics, table.total),
    totalBy: describe(metrics, table.total),
  };
}

function isWorst(metrics: ReadonlyMap<string, string>, worst: Worst): boolean {
  return worst.every(([metric, value]) => (metrics.get(metric) ?? value) === value);
}

function describe(metrics: ReadonlyMap<string, string>, worst: Worst): string {
  return worst.map(([metric]) => `${metric}:${metrics.get(metric) ?? '?'}`).join(' ');
}
