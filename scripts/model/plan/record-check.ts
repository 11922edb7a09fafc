/** Whether a release that was built may still be recorded on a head that moved on meanwhile. */
import { findWithdrawal, type StreamState } from '../streams.ts';

/**
 * Why a record of this version must not be written to this state of the stream; undefined when it may. That newer
 * content came is no obstacle: what was built, tested and mirrored is recorded. A withdrawal is one, of the release
 * itself or of its content.
 */
export function findRecordObstacle(stream: StreamState, version: string): string | undefined {
  const state = stream.releases.find(({ release }) => release.version === version);
  if (state === undefined) return `release ${version} is gone from ${stream.id}`;
  const { withdrawn, content } = state.release;
  if (withdrawn !== undefined) return `release ${version} was withdrawn: ${withdrawn.reason}`;
  const withdrawal = state.record === undefined ? findWithdrawal(stream, content)?.release : undefined;
  if (withdrawal === undefined) return undefined;
  return `the content of ${version} was withdrawn with ${withdrawal.version}`;
}
