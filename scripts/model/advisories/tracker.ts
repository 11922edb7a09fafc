/**
 * JSON of Debian's Security Tracker: source package → CVE → releases → codename → status, fixed_version, urgency.
 * https://security-team.debian.org/security_tracker.html
 */
import type { Advisory, AdvisoryFix, Severity } from '../types.generated.ts';
import {
  cleanLine,
  findCves,
  isAdvisoryId,
  isObject,
  isPackageName,
  isPackageVersion,
  quote,
} from './clean.ts';
import { Flaws } from './flaws.ts';
import type { Read, ReadOptions } from './reading.ts';
import { isGraver, readSeverity } from './severity.ts';

export interface TrackerOptions extends ReadOptions {
  /** Of the release, such as bookworm. */
  codename: string;
}

export interface TrackerReader {
  /** Takes one member of the file: the entries of a source package. */
  add(source: string, entries: unknown): void;
  /** One advisory for each CVE. */
  end(): Read;
}

/** Of a CVE while it is gathered. */
interface Draft {
  title: string;
  severity: Severity;
  fixes: AdvisoryFix[];
  flaws: Flaws;
}

export function createTrackerReader(options: TrackerOptions): TrackerReader {
  const drafts = new Map<string, Draft>();
  const flaws = new Flaws();
  return {
    add(source, entries) {
      if (!isPackageName(source) || !isObject(entries)) {
        flaws.add(`the entries of package ${quote(source)} were left out`);
        return;
      }
      if (options.wanted !== undefined && !options.wanted('source', source)) return;
      for (const [id, entry] of Object.entries(entries)) {
        if (isAdvisoryId(id)) addEntry(drafts, { source, id, entry }, options, flaws);
        else flaws.add(`package ${source}: an entry with the id ${quote(id)} was left out`);
      }
    },
    end: () => ({ advisories: [...drafts].map(([id, draft]) => finish(id, draft, options)), flaws }),
  };
}

function addEntry(
  drafts: Map<string, Draft>,
  { source, id, entry }: { source: string; id: string; entry: unknown },
  { codename }: TrackerOptions,
  flaws: Flaws,
): void {
  const releases = isObject(entry) ? entry.releases : undefined;
  if (!isObject(entry) || !isObject(releases)) {
    flaws.add(`${id} of package ${source} has no releases and was left out`);
    return;
  }
  const release = Object.hasOwn(releases, codename) ? releases[codename] : undefined;
  // Nobody looked yet, or what is built does not hold it.
  if (!isObject(release) || release.status === 'undetermined' || release.urgency === 'unimportant') return;
  const fix = readFix(source, release);
  if (fix === undefined) {
    flaws.add(
      `${id} of package ${source}: ${quote(release.status)} ${quote(release.fixed_version)} was left out`,
    );
    return;
  }
  const draft = drafts.get(id) ?? {
    title: cleanLine(entry.description) ?? id,
    severity: 'unknown',
    fixes: [],
    flaws: new Flaws(),
  };
  drafts.set(id, draft);
  draft.fixes.push(fix);
  const severity = readSeverity(release.urgency, draft.flaws) ?? 'unknown';
  if (isGraver(severity, draft.severity)) draft.severity = severity;
}

/** Version 0 means that the release was never affected: nothing is older. */
function readFix(source: string, release: Readonly<Record<string, unknown>>): AdvisoryFix | undefined {
  if (release.status === 'open') return { package: source, of: 'source' };
  if (release.status !== 'resolved' || !isPackageVersion(release.fixed_version)) return undefined;
  return { package: source, of: 'source', fixed: release.fixed_version };
}

function finish(id: string, { title, severity, fixes, flaws }: Draft, { feed }: TrackerOptions): Advisory {
  return {
    id,
    feed,
    title,
    severity,
    cves: findCves([id]),
    fixes,
    references: [`https://security-tracker.debian.org/tracker/${encodeURIComponent(id)}`],
    flaws: flaws.list,
  };
}
