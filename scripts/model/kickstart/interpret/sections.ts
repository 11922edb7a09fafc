/** %packages, scripts and other sections. */
import type {
  KickstartPackages,
  KickstartScript,
  KickstartSection,
  PayloadKind,
} from '../../types.generated.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import { supportOfOption, supportOfSection } from '../support.ts';
import type { Draft } from './draft.ts';
import { readRpmEntry } from './rpm-packages.ts';
import { debPackageName, isPlainPath, languageName } from './values.ts';

type PackagesOption = KickstartPackages['options'][number];
type PackageEntry = KickstartPackages['entries'][number];

/** An option given in any %packages header holds for the image; of entries for one name the last counts. */
export function readPackages(
  packages: KickstartPackages,
  payload: PayloadKind,
  draft: Draft,
  report: Report,
): void {
  const support = supportOfSection('%packages');
  const before = report.refusalCount;
  for (const option of packages.options) {
    const { standing, note } = supportOfOption(support, option.name);
    const what = `%packages ${option.name}`;
    if (standing === 'refused') report.refuse(option.line, what, note);
    else if (standing === 'ignored') report.ignore(option.line, what, note);
    else applyOption(option, draft, report);
  }
  if (report.refusalCount === before) report.honour(packages.line, '%packages', support.note);
  for (const entry of packages.entries) readEntry(entry, payload, draft, report);
  for (const { line, kind, name, excluded } of packages.entries) {
    const last = draft.packages.get(name);
    if (kind !== 'package' || last === undefined) continue;
    const what = `%packages ${excluded ? '-' : ''}${name}`;
    if (last.excluded === excluded) report.honour(line, what, excluded ? 'is not installed' : 'is installed');
    else
      report.ignore(
        line,
        what,
        `line ${report.origin(last.line).line} of ${report.origin(last.line).file} says otherwise`,
      );
  }
}

function applyOption(option: PackagesOption, draft: Draft, report: Report): void {
  switch (option.name) {
    case '--nocore':
      draft.core = false;
      break;
    case '--excludedocs':
      draft.excludeDocs = true;
      break;
    case '--exclude-weakdeps':
    case '--excludeWeakdeps':
      draft.weakDependencies = false;
      break;
    default: {
      const names = String(option.value ?? '').split(':');
      const languages = [...new Set(names.filter((name) => name !== ''))].sort();
      const what = `%packages ${option.name}`;
      const wrong = languages.find((name) => !languageName.test(name));
      if (wrong !== undefined) {
        report.refuse(
          option.line,
          what,
          `${quote(wrong)} is not a language, such as en or pt_BR; colons stand between`,
          'invalid',
        );
      } else if (draft.languages !== undefined && draft.languages.join() !== languages.join()) {
        report.refuse(option.line, what, 'says other than an earlier %packages line', 'invalid');
      }
      draft.languages = languages;
    }
  }
}

function readEntry(entry: PackageEntry, payload: PayloadKind, draft: Draft, report: Report): void {
  if (payload === 'rpm') {
    readRpmEntry(entry, draft, report);
    return;
  }
  const sign = entry.excluded ? '-' : '';
  if (entry.kind !== 'package') {
    const mark = entry.kind === 'group' ? '@' : '@^';
    const why = `${entry.kind}s exist in rpm repositories only, not for ${payload}: list packages`;
    report.refuse(entry.line, `%packages ${quote(sign + mark + entry.name)}`, why);
    return;
  }
  if (debPackageName.test(entry.name)) {
    draft.packages.set(entry.name, { line: entry.line, excluded: entry.excluded });
    return;
  }
  const what = `%packages ${quote(sign + entry.name)}`;
  if (/[*?[\]]/.test(entry.name)) {
    const why = 'patterns are not honoured: what they match changes from day to day, so write the names out';
    report.refuse(entry.line, what, why);
  } else if (/^[a-z0-9+.-]+[=:]/.test(entry.name)) {
    const why = 'versions and architectures are held by the pins: write the name alone';
    report.refuse(entry.line, what, why);
  } else report.refuse(entry.line, what, 'is not the name of a package; write one a line', 'invalid');
}

export function readScript(script: KickstartScript, draft: Draft, report: Report): void {
  const support = supportOfSection(script.section);
  if (support.standing !== 'honoured') {
    report.refuse(script.line, script.section, support.note);
    return;
  }
  const before = report.refusalCount;
  for (const name of Object.keys(script.options)) {
    const { standing, note } = supportOfOption(support, name);
    if (standing === 'refused') report.refuse(script.line, `${script.section} ${name}`, note);
  }
  const log = script.options['--log'];
  if (!isPlainPath(script.interpreter)) {
    report.refuse(
      script.line,
      `${script.section} --interpreter`,
      'is not a plain absolute path without arguments',
      'invalid',
    );
  }
  if (typeof log === 'string' && !isPlainPath(log)) {
    report.refuse(script.line, `${script.section} --log`, 'is not a plain absolute path', 'invalid');
  }
  if (script.body.trim() === '' && report.refusalCount === before) {
    report.ignore(script.line, script.section, 'it is empty');
    return;
  }
  if (report.refusalCount === before) report.honour(script.line, script.section, support.note);
  draft.scripts.push({
    interpreter: script.interpreter,
    body: script.body,
    ...(typeof log === 'string' ? { log } : {}),
    origin: report.origin(script.line),
  });
}

export function readOtherSection(section: KickstartSection, report: Report): void {
  const [name = '', addon, ...options] = section.header;
  const support = supportOfSection(name);
  const disables =
    options.includes('--disable') &&
    options.every((word) => /^(?:--disable|--reserve-mb(?:=.*)?|auto|\d+)$/.test(word));
  if (name === '%addon' && addon === 'com_redhat_kdump' && disables) {
    report.ignore(
      section.line,
      `${name} ${addon} --disable`,
      'no crash kernel is set up, which is what it asks',
    );
  } else if (support.standing === 'ignored') report.ignore(section.line, name, support.note);
  else report.refuse(section.line, addon === undefined ? name : `${name} ${quote(addon)}`, support.note);
}
