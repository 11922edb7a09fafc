/** Findings for tests, and the policy that is shipped. Advisories here are made up. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parsePolicy } from '../../../scripts/model/policy/load-policy.ts';
import type { Finding, Policy } from '../../../scripts/model/types.generated.ts';

const file = fileURLToPath(new URL('../../../releases/policy.yaml', import.meta.url));

export const shippedText = readFileSync(file, 'utf8');
export const shipped: Policy = parsePolicy(shippedText, 'releases/policy.yaml').policy;

export const seen = '2026-11-01T00:00:00Z';

/** As bad as nothing: low, with a fix. */
export function finding(
  advisory: Partial<Finding['advisory']> = {},
  more: Partial<Omit<Finding, 'advisory'>> = {},
): Finding {
  return {
    stream: 'testix-1/cloud-base',
    advisory: {
      id: 'TSA-1',
      feed: 'testix',
      title: 'alpha',
      severity: 'low',
      cves: ['CVE-2026-0001'],
      fixes: [],
      references: [],
      flaws: [],
      ...advisory,
    },
    packages: [{ name: 'alpha', architecture: 'amd64', installed: '1.0-1' }],
    available: seen,
    ...more,
  };
}

export const vectors = {
  worm: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 },
  crash: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', score: 7.5 },
  local: { vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', score: 7.8 },
  leak: { vector: 'CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N', score: 2.5 },
};
