/** lang, keyboard, services, network and selinux. */
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { Draft, Handler } from './draft.ts';
import { isHostname, keyboardLayout, linkName, localeName, unitName, unitTypes } from './values.ts';

export const readLang: Handler = (command, draft, report) => {
  const given = [command.arguments[0] ?? '', ...command.list('--addsupport')];
  const [name = '', ...others] = given.map(completeLocale);
  for (const [at, locale] of [name, ...others].entries()) {
    if (localeName.test(locale)) continue;
    const what = at === 0 ? 'lang' : 'lang --addsupport';
    const why = 'is not a UTF-8 locale, such as en_US.UTF-8 or C.UTF-8';
    report.refuse(command.line, `${what} ${quote(given[at] ?? '')}`, why, 'invalid');
  }
  draft.lang = { name, line: command.line, others };
};

/** An installer takes en_US and en_US.utf8 for en_US.UTF-8. */
function completeLocale(name: string): string {
  const plain = name.replace(/\.utf-?8$/i, '');
  return /^(?:C|[a-z]{2,3}_[A-Z]{2})$/.test(plain) ? `${plain}.UTF-8` : name;
}

/**
 * Only C.UTF-8 comes with the C library, and nothing here generates others. Call when packages are known; those that a
 * group brings are known only to the build, which looks for the locales of rpm systems.
 */
export function checkLang(draft: Draft, report: Report): void {
  if (draft.payload === 'rpm') return;
  const { line, others = [] } = draft.lang;
  const name = [draft.lang.name, ...others].find((locale) => locale !== 'C.UTF-8');
  if (line === undefined || name === undefined || !localeName.test(name)) return;
  if (draft.packages.get('locales-all')?.excluded === false) return;
  const why = "needs the package 'locales-all': add it to %packages, or write lang C.UTF-8";
  report.refuse(line, `lang ${quote(name)}`, why, 'invalid');
}

export const readKeyboard: Handler = (command, draft, report) => {
  const console = command.text('--vckeymap');
  const named = command.has('--xlayouts') ? command.list('--xlayouts') : command.arguments;
  // Without a layout the console's map names it: installers write --vckeymap=us --xlayouts=''.
  const layouts = named.some((layout) => layout !== '') || console === undefined ? named : [console];
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
  if (device !== undefined && !linkName.test(device)) {
    report.refuse(command.line, `network --device=${quote(device)}`, 'is not the name of a link', 'invalid');
  }
  const ipv6 = command.text('--ipv6');
  if (ipv6 !== undefined && ipv6 !== 'auto') {
    report.refuse(command.line, `network --ipv6=${quote(ipv6)}`, `${images}: write --ipv6=auto`);
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

/** Without an option an installer enforces. Debian's packages are installed without a policy. */
export const readSelinux: Handler = (command, draft, report) => {
  const mode = command.has('--disabled')
    ? 'disabled'
    : command.has('--permissive')
      ? 'permissive'
      : 'enforcing';
  if (mode !== 'disabled' && draft.payload === 'deb') {
    report.refuse(command.line, `selinux --${mode}`, 'for rpm streams only: write selinux --disabled');
    return;
  }
  draft.selinux = { mode, line: command.line };
};
