/**
 * Out: the web site, as the newest main branch has it. Safe to run twice: nothing is written when nothing changed.
 *
 * A site that cannot be made, be it for a broken file of another stream, keeps its last state and stops no release: what was released
 * is recorded and pointed to, and users are to be told of it. The next run makes the site.
 */
import { toAperiodicError } from '../model/errors.ts';
import type { Tree } from '../model/tree.ts';
import type { Ports } from '../ports.ts';

export type SitePorts = Pick<Ports, 'forge' | 'log' | 'site'>;

/** @param newest the newest main branch, when it was just read */
export async function showSite({ forge, log, site }: SitePorts, newest?: Tree): Promise<void> {
  if (site === undefined) return;
  try {
    await site.publish(newest ?? (await forge.head()));
  } catch (error) {
    const { located } = toAperiodicError(error);
    log.warn(
      `the web site is as it was before, and is made by the next run or by 'aperiodic site': ${located}`,
    );
  }
}
