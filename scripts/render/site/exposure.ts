/** Exposure clocks: how long each security update took to become public. */
import type { ExposureClock } from '../../model/types.generated.ts';
import { describeDuration } from '../policy.ts';
import { table } from './blocks.ts';
import { type Html, html } from './html.ts';
import { formatDate } from './words.ts';

const states: Readonly<Record<ExposureClock['state'], string>> = {
  open: 'not public yet',
  overdue: 'overdue',
  met: 'in time',
  late: 'late',
  scheduled: 'with the regular release',
};

export function renderExposure(clocks: readonly ExposureClock[]): Html {
  return table(
    'Exposure clock: from the distribution to the public image',
    [
      { title: 'Advisory' },
      { title: 'Fix in the repository' },
      { title: 'Public' },
      { title: 'Took', kind: 'number' },
      { title: 'Due' },
      { title: 'Verdict' },
    ],
    clocks.map(({ advisory, available, public: reached, seconds, due, state }) => [
      advisory,
      available === undefined ? '–' : formatDate(available),
      reached === undefined ? '–' : formatDate(reached),
      seconds.availableToPublic === undefined
        ? '–'
        : describeDuration(Math.max(0, seconds.availableToPublic)),
      due === undefined ? '–' : formatDate(due),
      html`<span class="clock clock-${state}">${states[state]}</span>`,
    ]),
  );
}
