/** Pages of releases, as a forge that has some shows them beside the repository. */

import type { ReleasePage } from '../model/release-page.ts';

export type { ReleasePage } from '../model/release-page.ts';

export interface ReleasePages {
  /**
   * Makes the page, or writes it anew when it says something else. Writes nothing when it is right.
   * @throws AperiodicError `denied`, `unreachable`, `conflict`, `not-found` when main has no such file
   */
  keep(page: ReleasePage): Promise<'created' | 'updated' | 'unchanged'>;
}
