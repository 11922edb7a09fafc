/** Names that proposed updates go by. */

export const branchPrefix = 'aperiodic/next/';
/** Characters of a branch's name, as long as the longest stream's. */
export const maxBranch = 150;

/** How soon an update wants to be merged. */
export type Urgency = 'routine' | 'security' | 'urgent';

export const urgencyLabels: Record<Urgency, string> = {
  routine: 'update: routine',
  security: 'update: security',
  urgent: 'update: urgent',
};
/** The release that the stream's cadence asks for is due. */
export const dueLabel = 'update: due';

/** All labels that are ours to give and to take. */
export const ownLabels: readonly string[] = [...Object.values(urgencyLabels), dueLabel];
