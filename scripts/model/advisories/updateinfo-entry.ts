/** One update of an updateinfo.xml → an advisory. */
import type { Advisory, AdvisoryFix } from '../types.generated.ts';
import {
  cleanLine,
  findCves,
  isAdvisoryId,
  isPackageName,
  isPackageVersion,
  quote,
  readAddresses,
} from './clean.ts';
import { readDates } from './dates.ts';
import { Flaws } from './flaws.ts';
import type { Read, ReadOptions } from './reading.ts';
import { readSeverity } from './severity.ts';

/** What the file says, not yet looked at. */
export interface UpdateDraft {
  type: string;
  id?: string;
  title?: string;
  severity?: string;
  summary?: string;
  description?: string;
  issued?: string;
  updated?: string;
  references: { href: string; texts: string[] }[];
  packages: { name: string; epoch: string; version: string; release: string; architecture: string }[];
  /** More packages than are read. */
  tooMany: boolean;
  /** Its packages are of a module's stream. */
  modules: boolean;
}

export function finishUpdate(draft: UpdateDraft, options: ReadOptions, read: Read): void {
  const id = draft.id?.trim();
  if (!isAdvisoryId(id)) {
    read.flaws.add(`an update with the id ${quote(draft.id)} was left out`);
    return;
  }
  const { wanted } = options;
  const packages = draft.packages.filter(({ architecture }) => !['src', 'nosrc'].includes(architecture));
  if (wanted !== undefined && !packages.some(({ name }) => wanted('binary', name))) return;
  const flaws = new Flaws();
  const fixes = readPackages(packages, flaws);
  if (draft.tooMany) flaws.add('has more packages than are read: the rest was left out');
  if (draft.modules) flaws.add('is of a module: streams of modules are not told apart');
  if (fixes.length === 0) {
    read.flaws.add(`${id} names no package that can be read, and was left out`);
    return;
  }
  read.advisories.push(describe(id, draft, { fixes, flaws }, options));
}

function describe(
  id: string,
  draft: UpdateDraft,
  { fixes, flaws }: { fixes: AdvisoryFix[]; flaws: Flaws },
  { feed, now }: ReadOptions,
): Advisory {
  const texts = draft.references.flatMap((reference) => [reference.href, ...reference.texts]);
  const cves = findCves([id, draft.title, ...texts]);
  return {
    id,
    feed,
    title: cleanLine(draft.title) ?? cleanLine(draft.summary) ?? id,
    severity: readSeverity(draft.severity?.trim(), flaws) ?? 'unknown',
    // Some distributions name them in the prose alone.
    cves: cves.length > 0 ? cves : findCves([draft.summary, draft.description]),
    ...readDates(draft.issued, draft.updated, now, flaws),
    fixes,
    references: readAddresses(draft.references.map(({ href }) => href)),
    flaws: flaws.list,
  };
}

/** Each package, version and architecture once. */
function readPackages(packages: UpdateDraft['packages'], flaws: Flaws): AdvisoryFix[] {
  const fixes = new Map<string, AdvisoryFix>();
  for (const { name, epoch, version, release, architecture } of packages) {
    const full = `${/^0*$/.test(epoch) ? '' : `${epoch}:`}${version}-${release}`;
    if (!isPackageName(name) || version === '' || release === '' || !isPackageVersion(full)) {
      flaws.add(`package ${quote(name)} in version ${quote(full)} was left out`);
      continue;
    }
    const known = /^[a-z0-9_]{1,20}$/.test(architecture);
    if (!known && architecture !== '')
      flaws.add(`package ${name}: architecture ${quote(architecture)} is none: taken as any`);
    const fix: AdvisoryFix = {
      package: name,
      of: 'binary',
      ...(known ? { architecture } : {}),
      fixed: full,
    };
    fixes.set(`${name} ${full} ${known ? architecture : ''}`, fix);
  }
  return [...fixes.values()];
}
