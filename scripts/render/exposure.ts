/** Exposure clocks as text for a terminal. */
import type { ExposureClock } from '../model/types.generated.ts';
import { describeDuration } from './policy.ts';

export function renderExposure(clocks: readonly ExposureClock[]): string {
  if (clocks.length === 0) return 'No release says yet which advisories it fixed.\n';
  return clocks.map(renderClock).join('');
}

function renderClock(clock: ExposureClock): string {
  const { seconds } = clock;
  const steps: [string, number | undefined][] = [
    ['to the repository', seconds.publishedToAvailable],
    ['to the proposal', seconds.availableToProposed],
    ['to the merge', seconds.proposedToMerged],
    ['to the public', seconds.mergedToPublic],
    ['from fix to public', seconds.availableToPublic],
  ];
  const words = steps.flatMap(([name, time]) =>
    time === undefined ? [] : [`${name} ${describeDuration(time)}`],
  );
  const due = clock.due === undefined ? '' : `, due ${clock.due}`;
  const head = `${clock.stream} ${clock.version} ${clock.advisory} (${clock.severity}): ${clock.state}${due}`;
  return `${head}\n${words.length === 0 ? '' : `  ${words.join(', ')}\n`}`;
}
