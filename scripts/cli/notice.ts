/** What users are told of a release. */
import type { Command } from './command.ts';

export const notice: Command = {
  name: 'notice',
  summary: 'print the notice of a release',
  description:
    'Renders the notice of a security release or of a withdrawal from the release file, its record, the stream and ' +
    'releases/targets.yaml of the work tree. Writes and sends nothing. Formats: text (default), markdown, csaf, osv, openvex, ' +
    'updateinfo, atom, json-feed; of a withdrawal only text, markdown, atom and json-feed.',
  arguments: [
    { name: '<stream>', description: 'such as debian-12/cloud-base' },
    { name: '<version>', description: 'a release that is recorded' },
  ],
  options: [
    {
      flags: '--format <name>',
      description: 'text, markdown, csaf, osv, openvex, updateinfo, atom or json-feed',
    },
    { flags: '--withdrawal', description: 'the notice of its withdrawal, when it has both' },
  ],
  examples: [
    'aperiodic notice debian-12/cloud-base 20261201.0',
    'aperiodic notice debian-12/cloud-base 20261201.0 --format csaf',
  ],
  failure: 'the release has no notice, or none in that format',
  action: async (context) => (await import('./actions/notice.ts')).runNotice(context),
};
