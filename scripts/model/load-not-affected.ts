/** Reads releases/not-affected.yaml, and holds it against the streams and their pins. */
import { AperiodicError } from './errors.ts';
import type { Problems } from './load-file.ts';
import { isAbout, isInRange } from './not-affected.ts';
import type { StreamState } from './streams.ts';
import type { Tree } from './tree.ts';
import type { NotAffectedStatement } from './types.generated.ts';
import { compareVersions, nextVersion, parseVersion } from './version.ts';
import { locator, parseYaml } from './yaml.ts';

export const notAffectedPath = 'releases/not-affected.yaml';

export interface LoadedStatements {
  text: string;
  statements: NotAffectedStatement[];
}

/**
 * None where there is no file.
 * @throws AperiodicError `invalid` with file and line for what breaks the schema, and for versions that are none
 */
export async function readStatements(tree: Tree): Promise<LoadedStatements> {
  const text = await tree.read(notAffectedPath);
  if (text === undefined) return { text: '', statements: [] };
  const { statements } = parseYaml('NotAffected', text, notAffectedPath);
  for (const [index, { from, until }] of statements.entries()) {
    for (const [key, version] of Object.entries({ from, until })) {
      if (version === undefined || parseVersion(version) !== undefined) continue;
      throw problem(text, [index, key], `'${version}' is not a version: write YYYYMMDD.N with a real date`);
    }
    if (from !== undefined && until !== undefined && compareVersions(from, until) >= 0)
      throw problem(text, [index, 'until'], `holds for no release: 'until' must be later than 'from'`);
  }
  return { text, statements };
}

function problem(text: string, path: (string | number)[], message: string): AperiodicError {
  const line = locator(text)(['statements', ...path]);
  return new AperiodicError('invalid', message, { file: notAffectedPath, line });
}

/**
 * Undefined after a problem was added: what is not sound states nothing.
 * @param date of the tree: what its pins would be released as, if nothing else was
 */
export async function loadStatements(
  tree: Tree,
  streams: readonly StreamState[],
  problems: Problems,
): Promise<NotAffectedStatement[] | undefined> {
  const loaded = await problems.gather(() => readStatements(tree));
  if (loaded === undefined) return undefined;
  const { text, statements } = loaded;
  const found = statements.flatMap((statement, index) => [
    ...findUnknownStreams(statement, streams).map(([at, message]) => problem(text, [index, ...at], message)),
    ...findContradictions(statement, streams, tree.date).map(([at, message]) =>
      problem(text, [index, ...at], message),
    ),
    ...(isRepeated(statement, statements.slice(0, index))
      ? [
          problem(
            text,
            [index],
            `${statement.vulnerability} is stated twice of the same packages and releases`,
          ),
        ]
      : []),
  ]);
  problems.list.push(...found);
  return found.length === 0 ? statements : undefined;
}

type Found = [path: (string | number)[], message: string];

function findUnknownStreams({ streams }: NotAffectedStatement, known: readonly StreamState[]): Found[] {
  if (streams === 'all') return [];
  return streams.flatMap((id, index): Found[] =>
    known.some((state) => state.id === id) ? [] : [[['streams', index], `there is no stream '${id}'`]],
  );
}

/** What is pinned is present: in what would be released next, and in the newest release if it has the same content. */
function findContradictions(
  statement: NotAffectedStatement,
  streams: readonly StreamState[],
  date: Date,
): Found[] {
  if (statement.justification !== 'component_not_present' || statement.withdrawn !== undefined) return [];
  return statement.packages.flatMap((name, index): Found[] => {
    const having = streams.filter(
      (state) =>
        versionsOfPins(state, date).some((version) => isInRange(statement, { stream: state.id, version })) &&
        state.pins.some(({ packages }) => packages.some((pin) => pin.name === name)),
    );
    if (having.length === 0) return [];
    const ids = having.map(({ id }) => id).join(', ');
    const how = "give another justification, leave the stream out, or say 'until'";
    return [[['packages', index], `'${name}' is not absent: it is among the pins of ${ids}: ${how}`]];
  });
}

function versionsOfPins({ versions, releases, content }: StreamState, date: Date): string[] {
  const same = releases.filter(({ release }) => content !== undefined && release.content === content);
  return [nextVersion(date, versions), ...same.map(({ release }) => release.version)];
}

/** Two statements of one thing could say two things. */
function isRepeated(one: NotAffectedStatement, others: readonly NotAffectedStatement[]): boolean {
  if (one.withdrawn !== undefined) return false;
  return others.some(
    (other) =>
      other.withdrawn === undefined &&
      other.vulnerability === one.vulnerability &&
      other.packages.some((name) => one.packages.includes(name)) &&
      (one.streams === 'all' || one.streams.some((id) => isAbout(other, id))) &&
      startsBefore(one.from, other.until) &&
      startsBefore(other.from, one.until),
  );
}

function startsBefore(from: string | undefined, until: string | undefined): boolean {
  return from === undefined || until === undefined || compareVersions(from, until) < 0;
}
