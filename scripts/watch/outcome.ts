/** What a watch came to. */
import type { AperiodicError } from '../model/errors.ts';
import type { StreamUpdate } from '../model/update/update.ts';
import type { Deadline } from '../model/update/urgency.ts';

export type WatchAction =
  /** Main has what the repositories have, and nothing is proposed. */
  | 'none'
  | 'opened'
  | 'updated'
  /** What is proposed is what would be proposed now. */
  | 'unchanged'
  /** It needs no approval, and its checks have passed. */
  | 'merged'
  /** Main caught up, or the stream is not watched any more. */
  | 'closed'
  /** Somebody committed to the branch: it is theirs. */
  | 'left'
  /** A person closed the proposal of just this update. */
  | 'declined'
  /** What the repositories have now was withdrawn before. */
  | 'held'
  | 'failed';

export interface Watched {
  branch: string;
  streams: string[];
  action: WatchAction;
  /** One sentence without a full stop. */
  why: string;
  /** Of the proposal; undefined where there is none, or it would be opened. */
  name?: string;
  title?: string;
  updates?: StreamUpdate[];
  deadline?: Deadline;
  error?: AperiodicError;
}
