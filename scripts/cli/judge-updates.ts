/** Advisories and policy as a watch asks for them. */
import type { JudgeUpdate, ScheduleOf } from '../model/update/judged.ts';
import type { Opened } from './open-repository.ts';

export interface Judges {
  judge: JudgeUpdate;
  schedule: ScheduleOf;
}

/** No feed is read yet: every update is a regular one, without a date, that one person approves. */
export function openJudges(_opened: Opened): Judges {
  return { judge: async () => [], schedule: async () => ({}) };
}
