/** firewall: what firewalld is told when it is installed. */
import type { FirewallSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { CommandReader, Draft, Handler } from './draft.ts';
import { firewallPort, firewallService, linkName } from './values.ts';

/** Options that are short for a --service. */
const shortServices = ['ftp', 'http', 'smtp', 'ssh'] as const;
const rules = ['--port', '--trust', '--service', '--remove-service', ...shortServices.map((s) => `--${s}`)];

export const readFirewall: Handler = (command, draft, report) => {
  const [disabled, enabled] = [command.has('--disable'), command.has('--enable')];
  const given = rules.filter((option) => command.has(option));
  if (disabled && enabled) {
    report.refuse(command.line, 'firewall', 'is both enabled and disabled', 'invalid');
    return;
  }
  if (command.has('--use-system-defaults')) return;
  if (!command.hasOptions) {
    report.refuse(command.line, 'firewall', 'write firewall --enabled or firewall --disabled', 'invalid');
    return;
  }
  if (disabled) {
    for (const option of given) report.ignore(command.line, `firewall ${option}`, 'the firewall is disabled');
  }
  const values = (option: string, pattern: RegExp, what: string) =>
    disabled ? [] : readValues(command, report, option, pattern, what);
  const spec: FirewallSpec = {
    enabled: !disabled,
    services: [
      ...values('--service', firewallService, 'a service of firewalld'),
      ...shortServices.filter((name) => !disabled && command.has(`--${name}`)),
    ],
    removed: values('--remove-service', firewallService, 'a service of firewalld'),
    ports: values('--port', firewallPort, 'a port, such as 443:tcp'),
    trusted: values('--trust', linkName, 'the name of a link'),
    origin: report.origin(command.line),
  };
  draft.firewall = { spec, line: command.line };
};

function readValues(
  command: CommandReader,
  report: Report,
  option: string,
  pattern: RegExp,
  what: string,
): string[] {
  const found: string[] = [];
  for (const value of command.list(option)) {
    if (pattern.test(value)) found.push(value);
    else report.refuse(command.line, `firewall ${option}=${quote(value)}`, `is not ${what}`, 'invalid');
  }
  return found;
}

/** Without firewalld there is no firewall, which is what --disabled asks for. Call when packages are known. */
export function checkFirewall(draft: Draft, report: Report): void {
  if (draft.firewall === undefined || draft.packages.get('firewalld')?.excluded === false) return;
  const { spec, line } = draft.firewall;
  delete draft.firewall;
  if (spec.enabled) {
    const why = "needs the package 'firewalld': add it to %packages, or write firewall --disabled";
    report.refuse(line, 'firewall', why, 'invalid');
  }
}
