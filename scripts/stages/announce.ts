/**
 * In: a release whose record is on the main branch and whose pointers moved. Out: the same, with the notices of its stream given:
 * on the mirrors, by mail, and recorded; with a page of each release, where the forge has such; and then in the CSAF metadata
 * of all streams.
 *
 * Notices follow from the newest main branch, so a run that failed is finished by any later one, of whatever release. Safe to
 * run twice: what a record names was given, and mirrors that hold the files are not written to. Mail goes at least once: a run
 * that was killed between a message and its record sends it again, with the same Message-ID.
 */
import { AperiodicError, toAperiodicError } from '../model/errors.ts';
import type { Tree } from '../model/tree.ts';
import type { Announced, Promoted, RecordedNotice } from '../model/types.generated.ts';
import type { Ports } from '../ports.ts';
import { giveNotice } from './announce/give-notice.ts';
import { type GivePorts, readNotices } from './announce/read-notices.ts';
import { showNotices } from './announce/show-notices.ts';
import { showPages } from './announce/show-pages.ts';
import { showProvider } from './announce/show-provider.ts';

export type AnnouncePorts = GivePorts & Pick<Ports, 'releasePages'>;

/** @throws AperiodicError as {@link announceStream} and {@link showProvider} */
export async function announceRelease(promoted: Promoted, ports: AnnouncePorts): Promise<Announced> {
  const { stream } = promoted.recorded.record;
  const notices = await announceStream(stream, ports);
  // One who is killed here leaves it to the end of any later run of reconcile.
  if (notices.length > 0) await showProvider(ports);
  return { promoted, notices };
}

/**
 * Gives what records do not say was given. Nothing is asked of the world where targets.yaml has no `notices`, and no mirror where the
 * stream has none.
 * Pages do not wait for mail, nor mail for pages.
 * @param newest the newest main branch, when it was just read
 * @throws AperiodicError of the first mirror that failed, before any mail; of the mail server; of the forge's pages
 */
export async function announceStream(
  stream: string,
  ports: AnnouncePorts,
  newest?: Tree,
): Promise<RecordedNotice[]> {
  const given = await giveNotices(stream, ports, newest).catch((error: unknown) => toAperiodicError(error));
  const changed = given instanceof AperiodicError || given.length > 0;
  const failure = await showPages(stream, ports, changed ? undefined : newest).catch((error: unknown) =>
    toAperiodicError(error),
  );
  if (given instanceof AperiodicError) {
    if (failure !== undefined) ports.log.warn(failure.message);
    throw given;
  }
  if (failure !== undefined) throw failure;
  return given;
}

async function giveNotices(stream: string, ports: GivePorts, newest?: Tree): Promise<RecordedNotice[]> {
  const shown = await showNotices(stream, ports, newest);
  if (shown === undefined || shown.notices.every(({ given }) => given !== undefined)) return [];
  const given: RecordedNotice[] = [];
  // Another run may have given them meanwhile.
  const wanted = await readNotices(stream, await ports.forge.head(), ports);
  const pending = wanted?.notices.filter((notice) => notice.given === undefined) ?? [];
  for (const notice of pending.reverse())
    if (wanted !== undefined) given.push(await giveNotice(notice, wanted.settings, ports));
  return given;
}
