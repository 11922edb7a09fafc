/** timezone and timesource. */
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { Draft, Handler } from './draft.ts';
import { isTimezone, timeServer } from './values.ts';

export const readTimezone: Handler = (command, draft, report) => {
  const zone = command.arguments[0] ?? '';
  if (command.arguments.length !== 1 || !isTimezone(zone)) {
    report.refuse(
      command.line,
      `timezone ${quote(zone)}`,
      'is not a zone, such as Etc/UTC or Europe/Berlin',
      'invalid',
    );
  }
  draft.timezone = zone;
  if (command.has('--nontp')) draft.time.disabledAt ??= command.line;
  addServers(command.list('--ntpservers'), 'timezone --ntpservers', command.line, draft, report);
};

export const readTimesource: Handler = (command, draft, report) => {
  if (command.has('--ntp-disable')) draft.time.disabledAt ??= command.line;
  for (const option of ['--ntp-server', '--ntp-pool']) {
    addServers(command.list(option), `timesource ${option}`, command.line, draft, report);
  }
};

function addServers(
  names: readonly string[],
  what: string,
  line: number,
  { time }: Draft,
  report: Report,
): void {
  for (const name of names) {
    if (!timeServer.test(name)) {
      report.refuse(line, `${what}=${quote(name)}`, 'is not the name or address of a server', 'invalid');
    } else if (!time.servers.includes(name)) time.servers.push(name);
  }
  if (names.length > 0) time.serversAt ??= line;
}

/** systemd-timesyncd is what asks the servers, chrony on an rpm system. Call when packages and services are known. */
export function checkTime(draft: Draft, report: Report): void {
  const { servers, serversAt, disabledAt } = draft.time;
  if (disabledAt !== undefined) {
    const enabled = timeServices.find((unit) => draft.enabled.has(unit));
    if (serversAt !== undefined)
      report.refuse(disabledAt, 'time from NTP', 'is disabled, and servers are named for it', 'invalid');
    else if (enabled !== undefined)
      report.refuse(disabledAt, 'time from NTP', `is disabled, and services enables ${enabled}`, 'invalid');
  } else if (serversAt !== undefined && servers.length > 0) {
    // A group may bring chrony: the build looks for it.
    if (draft.payload === 'rpm' || draft.packages.get('systemd-timesyncd')?.excluded === false) return;
    const why = "needs the package 'systemd-timesyncd': add it to %packages";
    report.refuse(serversAt, 'time servers', why, 'invalid');
  }
}

/** What sets the clock from the network, in Debian's and in Fedora's packages. */
export const timeServices: readonly string[] = [
  'systemd-timesyncd.service',
  'chrony.service',
  'chronyd.service',
  'ntpsec.service',
  'openntpd.service',
];
