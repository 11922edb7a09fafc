/** `aperiodic serve`: the selection service. */
import type { Command } from './command.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'answer queries for images over HTTP, and serve the site with its data',
  description:
    "Serves a generated folder (the site, simplestreams and the API's files) and answers /api/v1/find, which asks what 'aperiodic find' " +
    'asks, by the same code. Reads that folder and nothing else, and takes the next generation up as soon as it is there. Writes nothing. ' +
    'Files of releases are on mirrors: who asks for one that is published is led there.\n\n' +
    'Speaks HTTP without TLS and listens on this machine alone unless told: put a proxy before it. Serves until it is interrupted, then lets ' +
    'answers under way end.',
  arguments: [{ name: '<folder>', description: 'what was generated' }],
  options: [
    { flags: '--host <address>', description: 'where to listen (default: 127.0.0.1)' },
    { flags: '--port <number>', description: 'where to listen (default: 8080; 0 takes a free one)' },
    {
      flags: '--rate <number>',
      description: 'requests a minute from one address (default: 600; 0 for no limit)',
    },
    {
      flags: '--trust-proxy <addresses>',
      description:
        'proxies that are believed what X-Forwarded-For says, such as 127.0.0.1,10.0.0.0/8 (default: none)',
    },
    {
      flags: '--downloads <address>',
      description: 'where the top folder of the mirrors is on the web (default: what is published of it)',
    },
  ],
  examples: [
    'aperiodic serve ./site',
    'aperiodic serve ./site --port 8081 --rate 60 --trust-proxy 127.0.0.1',
  ],
  action: async (context) => (await import('./actions/serve.ts')).runServe(context),
};
