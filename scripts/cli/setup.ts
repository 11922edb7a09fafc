/** `aperiodic setup`: everything this machine needs. */
import type { Command } from './command.ts';

export const setup: Command = {
  name: 'setup',
  summary: 'install what this machine needs',
  description:
    'Installs what this machine needs: Debian packages (through apt-get, with sudo when not root), the Python ' +
    "environment .venv in Aperiodic's own checkout (pinned by hash), and ranges of user ids in /etc/subuid and " +
    '/etc/subgid. Looks first, and writes nothing when nothing is missing.\n\n' +
    'On a terminal it asks before it installs packages. It does not ask with --yes, with CI=true, or when there is ' +
    'no terminal: it then prints the list and installs.',
  options: [
    { flags: '-y, --yes', description: 'install without asking' },
    {
      flags: '--test',
      description:
        'also what only the tests need: some Debian packages and the Python environment .venv-test',
    },
    {
      flags: '--foreign',
      description:
        "also what images of another processor than this machine's need: qemu-user-static, and an emulated machine with its firmware",
    },
    {
      flags: '--runner',
      description:
        'also open what a rented runner of CI keeps shut: user namespaces, and /dev/kvm, for every user until it is restarted',
    },
  ],
  examples: ['aperiodic setup', 'aperiodic setup --yes'],
  failure: 'something is missing and cannot be installed here; the commands to type are named',
  action: async (context) => {
    const { runSetup } = await import('./actions/setup.ts');
    return await runSetup(context);
  },
};
