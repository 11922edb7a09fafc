import type { Command } from './command.ts';

export const drill: Command = {
  name: 'drill',
  summary: 'play an emergency and time each of its steps',
  description:
    'Makes up an advisory, named DRILL-…, about a package of a stream, and plays what follows: the watch proposes the update, ' +
    'it is merged, fetched, built, tested, published and recorded, and its notice given. All of it happens in .aperiodic/drill, on a copy of this ' +
    'checkout with a mirror, a signing key and a local cloud of its own: of what is real, package repositories are read, and the mail server takes the notice. Reports how long each ' +
    'step took against the deadline. A person who reads and approves is not played.',
  arguments: [{ name: '[stream]', description: 'default: debian-12/cloud-base' }],
  options: [
    { flags: '-y, --yes', description: 'install without asking' },
    {
      flags: '--mail-to <address>',
      description:
        "mail the notice there, by the configured mail server (default: it is put on the drill's mirror only)",
    },
    { flags: '--folder <folder>', description: 'play it there (default: .aperiodic/drill of the checkout)' },
    {
      flags: '--report <file>',
      description: 'write the report there, as JSON (schemas/drill-report.schema.json)',
    },
  ],
  examples: ['aperiodic drill --yes', 'aperiodic drill debian-12/container-base --report drill.json'],
  failure: 'a step failed, or the deadline was missed; the report says which',
  action: async (context) => (await import('./actions/drill.ts')).runDrill(context),
};
