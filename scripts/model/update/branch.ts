/** Branches of proposed updates, the only ones that are ever moved by force, and whose commits they are. */
import { AperiodicError } from '../errors.ts';
import { branchPrefix, maxBranch } from './names.ts';

const part = '[a-z0-9]+(?:-[a-z0-9]+)*';
const shape = new RegExp(`^${branchPrefix}(?:${part}/${part}|group_${part})$`);

/** Streams with a `group` share the branch of the group. The two forms cannot meet: no id has an underscore. */
export function nextBranch(stream: string, group: string | undefined): string {
  return assertNextBranch(`${branchPrefix}${group === undefined ? stream : `group_${group}`}`);
}

/** Asserted wherever a branch is forced or deleted. @throws AperiodicError `internal` */
export function assertNextBranch(branch: string): string {
  if (branch.length <= maxBranch && shape.test(branch)) return branch;
  throw new AperiodicError('internal', `'${branch}' is not a branch of a proposed update`);
}

const trailer = 'Aperiodic-Tree';

/** @param tree git's id of the commit's tree: whoever changes a file changes it, and does not know this line */
export function signMessage(message: string, tree: string): string {
  return `${message.trimEnd()}\n\n${trailer}: ${tree}\n`;
}

/** The message without what `signMessage` added. */
export function unsignMessage(message: string): string {
  return message.replace(new RegExp(`\n+${trailer}: [0-9a-f]+\\s*$`), '');
}

export interface CommitFacts {
  message: string;
  tree: string;
  parents: readonly string[];
}

/** Whether the newest commit of a branch is one that we made, as we made it: on top of one commit, with the files it had. */
export function isOurs({ message, tree, parents }: CommitFacts): boolean {
  const [, signed] = new RegExp(`\n${trailer}: ([0-9a-f]{40,64})\\s*$`).exec(message) ?? [];
  return parents.length === 1 && signed === tree;
}
