/** A log that also times the pieces of long work that it is told of. */
import type { DrillStep } from '../../model/types.generated.ts';
import type { Clock, Log } from '../../ports.ts';

export interface TimedLog {
  log: Log;
  /** Those that ended since the last call. */
  take(): DrillStep['parts'];
}

export function timeTasks(log: Log, clock: Pick<Clock, 'now'>): TimedLog {
  let ended: DrillStep['parts'] = [];
  return {
    log: {
      info: (message) => log.info(message),
      warn: (message) => log.warn(message),
      task: (title) => {
        const task = log.task(title);
        const start = clock.now().getTime();
        const end = () => {
          ended.push({ title: title.slice(0, 500), seconds: (clock.now().getTime() - start) / 1000 });
        };
        return {
          progress: (...done) => task.progress(...done),
          note: (text) => task.note(text),
          done: (summary) => {
            end();
            task.done(summary);
          },
          failed: (reason) => {
            end();
            task.failed(reason);
          },
        };
      },
    },
    take: () => {
      const taken = ended.slice(0, 200);
      ended = [];
      return taken;
    },
  };
}
