import { invalidParameter } from '../errors.ts';
import type { Fields } from '../protocols/fields.ts';
import type { Sharing } from '../state/types.ts';

/** Changes asked for by ModifyImageAttribute or ModifySnapshotAttribute. */
export interface SharingChange {
  add: Sharing;
  remove: Sharing;
}

/**
 * Both ways of asking: `LaunchPermission.Add.1.Group=all`, and the older `OperationType=add` with `UserGroup.1=all`.
 * undefined when the request names neither. Source: EC2 API Reference, ModifyImageAttribute, ModifySnapshotAttribute.
 */
export function readSharingChange(fields: Fields, structure: string): SharingChange | undefined {
  const change: SharingChange = { add: nobody(), remove: nobody() };
  const modern = fields.field(structure);
  for (const key of ['add', 'remove'] as const) {
    for (const item of modern?.items(key === 'add' ? 'Add' : 'Remove') ?? []) {
      include(change[key], item.text('Group'), item.text('UserId'));
    }
  }
  const groups = fields.texts('UserGroup');
  const users = fields.texts('UserId');
  const operation = fields.text('OperationType');
  if (groups.length + users.length > 0) {
    if (operation !== 'add' && operation !== 'remove')
      throw invalidParameter('OperationType must be add or remove');
    for (const group of groups) include(change[operation], group, undefined);
    for (const user of users) include(change[operation], undefined, user);
  }
  const asked = modern !== undefined || groups.length + users.length > 0;
  return asked ? change : undefined;
}

export function applySharing(sharing: Sharing, change: SharingChange): Sharing {
  const accounts = new Set([...sharing.accounts, ...change.add.accounts]);
  for (const account of change.remove.accounts) accounts.delete(account);
  return { public: (sharing.public || change.add.public) && !change.remove.public, accounts: [...accounts] };
}

/** Permissions as the Describe…Attribute calls list them. */
export function renderSharing(sharing: Sharing): { group?: string; userId?: string }[] {
  return [...(sharing.public ? [{ group: 'all' }] : []), ...sharing.accounts.map((userId) => ({ userId }))];
}

function nobody(): Sharing {
  return { public: false, accounts: [] };
}

function include(sharing: Sharing, group: string | undefined, user: string | undefined): void {
  if (group !== undefined) {
    if (group !== 'all')
      throw invalidParameter(`Value (${group}) for parameter group is invalid: only all is`);
    sharing.public = true;
  }
  if (user !== undefined) {
    if (!/^\d{12}$/.test(user)) throw invalidParameter(`"${user}" is not a valid account id`);
    sharing.accounts.push(user);
  }
}
