/** The part of docs/qa-expectations.md on the release before, rendered from the gates and the replacement test. */
import { gates } from '../model/gates/gates.ts';
import { defaultGateLimits } from '../model/gates/limits.ts';
import { replacementBoots, replacementChecks } from '../model/replacement/checks.ts';
import { serviceName, volumeFolder } from '../model/replacement/user-data.ts';
import type { GateLimits } from '../model/types.generated.ts';

const words: Record<keyof GateLimits, string> = {
  downloadPercent: 'percent that each published file may grow',
  usedPercent: 'percent that the root file system may grow',
  packages: 'packages that may come besides',
  bootRatio: 'times that the way to a login may take',
  memoryPercent: 'percent that the memory in use may grow',
};

export function renderComparisonExpectations(): string {
  const limits = Object.entries(defaultGateLimits).map(
    ([name, value]) => `| \`${name}\` | ${value} | ${wordsOf(name)} |`,
  );
  return `## Beside the release before

A release is held against the newest live one of its stream that is recorded. The first one has nothing to be held
against.

### Replacement

A guest of the release before and then one of the new release are started by BIOS from their qcow2 with the same user
data, the same key and the same data volume. The user data makes a file system on the volume, mounts it on ${volumeFolder} and
enables ${serviceName}. The first guest stores files and is shut down. These hold in the second, and no line accepts that
they do not:

${[replacementBoots, ...replacementChecks].map((check) => renderText(check)).join('\n')}
Enabled units, active services, listening ports, users, mounts, the kernel and packages that differ are reported.

A release before that is on no mirror any more, or does not start, is no reason to hold the new one back: the record then
says that they were not compared, and why. A mirror that does not answer stops the release until it does.

### Gates

| limit | default | what it says |
| --- | --- | --- |
${limits.join('\n')}

A stream may set others under \`gates\` in its \`stream.yaml\`. Beyond a limit a release needs a line in its release file:

\`\`\`yaml
accept:
  - gate: packages
    reason: The new tools were asked for
\`\`\`

The record keeps the reason and the figures. A line that is not needed is reported. What was not measured in the release
before is not compared.

${gates.map((gate) => renderText(gate, 'Gate')).join('\n')}`;
}

function wordsOf(name: string): string {
  return new Map(Object.entries(words)).get(name) ?? '';
}

interface Text {
  id: string;
  title: string;
  purpose: string;
  expectation: string;
}

/** @param kind what the ID names: a gate may have that of a check, whose figures it compares */
function renderText({ id, title, purpose, expectation }: Text, kind = 'ID'): string {
  return `#### ${title}

- ${kind}: \`${id}\`
- Purpose: ${purpose}
- Expectation: ${expectation}
`;
}
