/** group. */
import type { GroupSpec } from '../image-spec.ts';
import { quote } from '../line-rules.ts';
import type { Report } from '../report.ts';
import type { Draft, Handler } from './draft.ts';
import { accountName } from './values.ts';

export const readGroup: Handler = (command, draft, report) => {
  const name = command.text('--name') ?? '';
  if (!accountName.test(name)) {
    report.refuse(command.line, `group --name=${quote(name)}`, 'is not a name for a group', 'invalid');
    return;
  }
  if (draft.userGroups.some((group) => group.name === name)) {
    report.refuse(command.line, `group ${name}`, 'is given twice', 'invalid');
    return;
  }
  const group: GroupSpec = { name, origin: report.origin(command.line) };
  if (command.has('--gid')) {
    const gid = command.integer('--gid');
    // As for users: ids below 1000 are given out by packages.
    if (gid !== undefined && gid >= 1000 && gid <= 59_999) group.gid = gid;
    else report.refuse(command.line, 'group --gid', 'must be 1000 to 59999', 'invalid');
  }
  draft.userGroups.push(group);
  draft.userGroupLines.set(name, command.line);
};

/** Each user gets a group of its own name, which must not be there already. Call when all users are known. */
export function checkGroups(draft: Draft, report: Report): void {
  for (const { name } of draft.users) {
    const line = draft.userGroupLines.get(name);
    if (line === undefined) continue;
    const why = 'the user of this name gets a group of this name: remove the line, and write user --gid';
    report.refuse(line, `group ${name}`, why, 'invalid');
  }
}
