/** `aperiodic doctor`: what this machine has, and what it lacks. */
import type { Command } from './command.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'show what this machine has and lacks',
  description:
    'Looks at programs and their versions, the Python environment, user namespaces, KVM, free disk and memory, what streams ' +
    'for other processors need, git, ' +
    'the configuration, the addresses of repositories, mirrors and of the mail server, and the account and regions on AWS. Writes nothing. Outside a repository the last ' +
    'parts are left out.',
  examples: ['aperiodic doctor', 'aperiodic doctor --json'],
  failure: 'something that is needed is missing; each such line says what to do',
  action: async (context) => {
    const { runDoctor } = await import('./actions/doctor.ts');
    return await runDoctor(context);
  },
};
