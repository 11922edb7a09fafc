/** lang, keyboard, timezone, services, network, firewall and selinux. */
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { Draft, Handler } from './draft.ts';
import { isHostname, isTimezone, keyboardLayout, localeName, unitName, unitTypes } from './values.ts';

export const readLang: Handler = (command, draft, report) => {
  const name = command.arguments[0] ?? '';
  if (!localeName.test(name)) {
    const why = 'write a UTF-8 locale in full, such as en_US.UTF-8 or C.UTF-8';
    report.refuse(command.line, `lang ${quote(name)}`, why, 'invalid');
    return;
  }
  draft.lang = { name, line: command.line };
};

/** Only C.UTF-8 comes with the C library, and nothing here generates others. Call when packages are known. */
export function checkLang(draft: Draft, report: Report): void {
  const { name, line } = draft.lang;
  if (line === undefined || name === 'C.UTF-8' || draft.packages.get('locales-all')?.excluded === false)
    return;
  const why = "needs the package 'locales-all': add it to %packages, or write lang C.UTF-8";
  report.refuse(line, `lang ${quote(name)}`, why, 'invalid');
}

export const readKeyboard: Handler = (command, draft, report) => {
  const layouts = command.has('--xlayouts') ? command.list('--xlayouts') : command.arguments;
  const console = command.text('--vckeymap');
  const [layout = ''] = layouts;
  if (layouts.length !== 1 || !keyboardLayout.test(layout)) {
    const why = 'name one layout, such as keyboard us or keyboard --xlayouts=de';
    report.refuse(command.line, 'keyboard', why, layouts.length > 1 ? 'unsupported' : 'invalid');
    return;
  }
  if (console !== undefined && console !== layout) {
    const why = `the console takes its map from the layout: write --vckeymap=${layout} or leave it out`;
    report.refuse(command.line, 'keyboard --vckeymap', why);
  }
  draft.keyboard = layout;
};

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
};

export const readServices: Handler = (command, draft, report) => {
  for (const [option, mine, other] of [
    ['--enabled', draft.enabled, draft.disabled],
    ['--disabled', draft.disabled, draft.enabled],
  ] as const) {
    for (const name of command.list(option)) {
      const what = `services ${option}=${quote(name)}`;
      if (!unitName.test(name)) {
        report.refuse(command.line, what, 'is not the name of a unit', 'invalid');
        continue;
      }
      const unit = unitTypes.some((type) => name.endsWith(`.${type}`)) ? name : `${name}.service`;
      if (other.has(unit)) report.refuse(command.line, what, 'is both enabled and disabled', 'invalid');
      mine.add(unit);
    }
  }
};

export const readNetwork: Handler = (command, draft, report) => {
  const protocol = command.text('--bootproto');
  const device = command.text('--device');
  const hostname = command.text('--hostname');
  const images = 'images take their network from DHCP; users give other settings to cloud-init';
  if (protocol !== undefined && protocol !== 'dhcp') {
    report.refuse(command.line, `network --bootproto=${quote(protocol)}`, images);
  }
  if (device !== undefined && device !== 'link') {
    const why = 'which links there are is not known before boot: write --device=link or leave it out';
    report.refuse(command.line, `network --device=${quote(device)}`, why);
  }
  if (command.text('--onboot') === 'false') {
    report.refuse(command.line, 'network --onboot', 'links are always brought up: remove it');
  }
  if (hostname === undefined) return;
  if (!isHostname(hostname)) {
    report.refuse(command.line, `network --hostname=${quote(hostname)}`, 'is not a host name', 'invalid');
  } else if (draft.hostname !== undefined && draft.hostname !== hostname) {
    report.refuse(
      command.line,
      `network --hostname=${hostname}`,
      `the host name is ${draft.hostname} already`,
      'invalid',
    );
  } else draft.hostname = hostname;
};

/** Options that ask for a firewall are refused by the table. */
export const readFirewall: Handler = (command, _draft, report) => {
  if (command.hasOptions) return;
  report.refuse(command.line, 'firewall', 'no firewall is set up: write firewall --disabled or remove it');
};

/** Options that ask for a policy are refused by the table. */
export const readSelinux: Handler = (command, _draft, report) => {
  if (command.hasOptions) return;
  report.refuse(command.line, 'selinux', 'no policy can be installed yet: write selinux --disabled');
};
