/** Commands about when security updates are due, and whether they were. */
import type { Command } from './command.ts';

export const policy: Command = {
  name: 'policy',
  summary: 'explain a verdict of the policy, or run a policy over the past',
  description:
    'policy explain says what releases/policy.yaml makes of an advisory: the rule that decides, the deadline, who approves, and ' +
    'every fact that led there. The advisory is a finding in a JSON file, or made up from the options.\n\n' +
    'policy replay runs the policy over the advisories and releases of a history and says of each when its update was due, ' +
    'when it came, how late, and which updates out of cycle were false alarms. docs/policy.md has the format. With --policy ' +
    'another policy is tried before it is proposed. Both write nothing.',
  arguments: [
    { name: '<verb>', description: 'explain or replay' },
    { name: '[file]', description: 'explain: a finding (JSON); replay: a history (YAML or JSON)' },
  ],
  options: [
    { flags: '--policy <file>', description: 'default: releases/policy.yaml' },
    {
      flags: '--severity <word>',
      description: 'critical, important, moderate, low or unknown (default: unknown)',
    },
    {
      flags: '--cvss <vector>',
      description: 'such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H; the base score follows from it',
    },
    { flags: '--score <number>', description: 'CVSS base score, where no vector is known' },
    { flags: '--kev', description: "in CISA's catalogue of known exploited vulnerabilities" },
    { flags: '--ransomware', description: 'the catalogue says that ransomware uses it' },
    { flags: '--epss <number>', description: 'EPSS score, from 0 to 1' },
    { flags: '--exposure <word>', description: "network or local (default: the stream's, else network)" },
    { flags: '--available <date>', description: 'when the fix was in the repositories (default: now)' },
    { flags: '--without-fix', description: 'it is not there' },
  ],
  examples: [
    'aperiodic policy explain --severity important --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H --kev',
    'aperiodic policy explain finding.json --json',
    'aperiodic policy replay docs/examples/policy-history.yaml',
    'aperiodic policy replay history.yaml --policy stricter.yaml --json',
  ],
  failure: 'the policy, the finding or the history is not valid; late updates are a result, not a failure',
  action: async (context) => (await import('./actions/policy.ts')).runPolicy(context),
};

export const deadlines: Command = {
  name: 'deadlines',
  summary: 'list deadlines that are at risk or were missed',
  description:
    'Lists security updates that are merged and not public yet, those of --verdicts, and regular releases, whose date is near or ' +
    'past. With --raise one issue for each stream is opened on GitHub, written anew when it changes, and closed when nothing is ' +
    'at risk any more; that needs GITHUB_TOKEN (issues: write) and GITHUB_REPOSITORY. Where releases/targets.yaml has alerts, each new ' +
    'state is mailed, too, by the configured mail server. Said twice it does nothing the second time. ' +
    'Deadlines that are missed are a result, not a failure.',
  options: [
    { flags: '--verdicts <file>', description: 'JSON of verdicts on updates that are not merged yet' },
    { flags: '--raise', description: 'tend the issues, and mail what is new' },
    { flags: '--author <login>', description: 'who we are on GitHub (default: github-actions[bot])' },
  ],
  examples: ['aperiodic deadlines', 'aperiodic deadlines --verdicts verdicts.json --raise --json'],
  failure: 'a mail could not be sent: the issues are tended all the same, and the next run sends it',
  action: async (context) => (await import('./actions/deadlines.ts')).runDeadlines(context),
};

export const exposure: Command = {
  name: 'exposure',
  summary: 'show how long security updates took to become public',
  description:
    'For each advisory that a release fixed: when it was published, when its fix was in the repository, proposed, merged and ' +
    'public, and the time between. From release files, and from the commits that brought them and their records to the main ' +
    'branch. As JSON it is data for a web site (schemas/exposure.schema.json). Writes nothing.',
  arguments: [{ name: '[stream...]', description: 'only these streams' }],
  examples: ['aperiodic exposure', 'aperiodic exposure debian-12/cloud-base --json'],
  action: async (context) => (await import('./actions/exposure.ts')).runExposure(context),
};
