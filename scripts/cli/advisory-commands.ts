/** Commands about security advisories. */
import type { Command } from './command.ts';

export const advisories: Command = {
  name: 'advisories',
  summary: "say which security advisories concern each stream's packages",
  description:
    'Reads the feeds of releases/advisories.yaml from where configuration says they are, and the updateinfo of the rpm repositories ' +
    'of the streams, compares them with the pins of the work tree, and lists what is installed and affected: severity, CVSS score, ' +
    'whether it is known to be exploited, and the version that fixes it. What releases/not-affected.yaml states not to affect a stream ' +
    'comes last, with the statement. What is odd in a feed is said, and so is a feed that could ' +
    'not be read; what the others say still holds. Downloads are kept in the work folder and asked for again when they changed. ' +
    'docs/advisories.md. Writes nothing else.',
  arguments: [{ name: '[stream...]', description: 'only these streams' }],
  examples: ['aperiodic advisories', 'aperiodic advisories debian-12/cloud-base --json'],
  failure: 'an error; that a stream is affected, or that a feed could not be read, is none',
  action: async (context) => (await import('./actions/advisories.ts')).runAdvisories(context),
};
