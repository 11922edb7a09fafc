/** Entries of %packages in the words of rpm: names, patterns, name.architecture, groups and environments of comps. */
import { findViolation } from '../../schema.ts';
import type { GroupRequest, KickstartPackages } from '../../types.generated.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { Draft } from './draft.ts';

type Entry = KickstartPackages['entries'][number];

/** Name, or pattern of names; also with an architecture behind a dot, as dnf takes it. */
const rpmSpec = /^[A-Za-z0-9_*?[][A-Za-z0-9+._~^!*?[\]-]{0,199}$/;

export function readRpmEntry(entry: Entry, draft: Draft, report: Report): void {
  const sign = entry.excluded ? '-' : '';
  if (entry.kind !== 'package') {
    readGroup(
      entry,
      `%packages ${quote(sign + (entry.kind === 'group' ? '@' : '@^') + entry.name)}`,
      draft,
      report,
    );
    return;
  }
  if (rpmSpec.test(entry.name)) {
    draft.packages.set(entry.name, { line: entry.line, excluded: entry.excluded });
    return;
  }
  const what = `%packages ${quote(sign + entry.name)}`;
  report.refuse(entry.line, what, 'is not the name of a package or a pattern; write one a line', 'invalid');
}

function readGroup(entry: Entry, what: string, draft: Draft, report: Report): void {
  const { name } = entry;
  const group: GroupRequest = {
    name,
    ...(entry.optional ? { optional: true } : {}),
    ...(entry.mandatoryOnly ? { mandatoryOnly: true } : {}),
  };
  if (findViolation('GroupRequest', group) !== undefined) {
    report.refuse(entry.line, what, 'is not the id or name of a group', 'invalid');
    return;
  }
  if (group.optional && group.mandatoryOnly) {
    report.refuse(entry.line, what, '--optional and --nodefaults contradict each other', 'invalid');
    return;
  }
  if (entry.kind === 'environment') readEnvironment(entry, name, what, draft, report);
  else {
    draft.groups.set(name, { group, line: entry.line, excluded: entry.excluded });
    report.honour(entry.line, what, entry.excluded ? 'is left out' : 'its packages are installed');
  }
}

function readEnvironment(entry: Entry, name: string, what: string, draft: Draft, report: Report): void {
  if (entry.excluded)
    report.refuse(entry.line, what, 'an environment cannot be left out: leave out its groups');
  else if (draft.environment !== undefined && draft.environment !== name)
    report.refuse(entry.line, what, `is a second environment beside ${quote(draft.environment)}`, 'invalid');
  else {
    draft.environment = name;
    report.honour(entry.line, what, 'its groups are installed');
  }
}
