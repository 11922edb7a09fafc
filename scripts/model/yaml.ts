/** YAML of the repository: read with limits and lines, written in one fixed form. */
import {
  CORE_SCHEMA,
  constructFromEvents,
  dump,
  EVENT_ID,
  type Event,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { AperiodicError } from './errors.ts';
import { assertValid, type Kind } from './schema.ts';
import type { SchemaTypes } from './types.generated.ts';

/** Largest YAML file that is read, in bytes: pins of 10,000 packages fit. */
export const maxYamlBytes = 4 * 1024 * 1024;
const maxDepth = 32;

type Path = readonly (string | number)[];

/**
 * Parses and validates one YAML document of YAML 1.2's core schema, without anchors, aliases and tags.
 * @param file path for messages
 * @throws AperiodicError `invalid` with file and line
 */
export function parseYaml<K extends Kind>(kind: K, text: string, file: string): SchemaTypes[K] {
  if (Buffer.byteLength(text) > maxYamlBytes) {
    throw new AperiodicError('invalid', `is larger than ${maxYamlBytes} bytes`, { file });
  }
  let value: unknown;
  let events: Event[];
  try {
    events = parseEvents(text, { filename: file, maxDepth });
    refuseReferences(events, text, file);
    // As js-yaml's load, without reading the text a second time.
    const options = { source: text, filename: file, schema: CORE_SCHEMA, maxAliases: 0 };
    const documents = constructFromEvents(events, options);
    if (documents.length === 0) throw new YAMLException('expected a document, but the input is empty');
    [value] = documents;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? undefined : error.mark.line + 1;
    throw new AperiodicError('invalid', `is not valid YAML: ${error.reason}`, { file, line, cause: error });
  }
  return assertValid(kind, value, { file, lineOf: (path) => findLine(events, text, path) });
}

/**
 * Finds lines in a YAML text that was parsed before: of the value (or of its key) at a path of keys and indexes, or of
 * the deepest part of the path that exists. Undefined when the text is not YAML.
 */
export function locator(text: string): (path: Path) => number | undefined {
  let events: Event[] | undefined;
  return (path) => {
    try {
      events ??= parseEvents(text, { maxDepth });
    } catch {
      return undefined;
    }
    return findLine(events, text, path);
  };
}

/** {@link locator} for one path. */
export function locate(text: string, path: Path): number | undefined {
  return locator(text)(path);
}

function refuseReferences(events: readonly Event[], text: string, file: string): void {
  let documents = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT && ++documents > 1) {
      throw new AperiodicError('invalid', 'holds more than one YAML document', { file });
    }
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) continue;
    if (event.anchorStart >= 0) {
      const line = lineAt(text, event.anchorStart);
      throw new AperiodicError(
        'invalid',
        'uses a YAML anchor or alias, which is not accepted: write the value out',
        { file, line },
      );
    }
    if (event.type !== EVENT_ID.ALIAS && event.tagStart >= 0) {
      throw new AperiodicError('invalid', 'uses a YAML tag, which is not accepted', {
        file,
        line: lineAt(text, event.tagStart),
      });
    }
  }
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Line of the value (or of its key) at a path; of the deepest part that exists when the path ends early. */
function findLine(events: readonly Event[], text: string, path: Path): number | undefined {
  let index = events.findIndex((event) => event.type !== EVENT_ID.DOCUMENT);
  if (index < 0) return undefined;
  let offset = startOf(events[index]) ?? 0;
  for (const part of path) {
    const node = events[index];
    const child = node === undefined ? undefined : findChild(events, text, index, part);
    if (child === undefined) break;
    index = child.value;
    offset = child.offset;
  }
  return lineAt(text, offset);
}

function startOf(event: Event | undefined): number | undefined {
  if (event?.type === EVENT_ID.SCALAR) return event.valueStart;
  if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
  return undefined;
}

/** The child of the collection at `index`: where its value's event is, and the offset to report (a key's own). */
function findChild(events: readonly Event[], text: string, index: number, part: string | number) {
  const collection = events[index];
  const mapping = collection?.type === EVENT_ID.MAPPING;
  if (!mapping && collection?.type !== EVENT_ID.SEQUENCE) return undefined;
  let at = index + 1;
  for (let item = 0; events[at] !== undefined && events[at]?.type !== EVENT_ID.POP; item++) {
    const key = events[at];
    const valueAt = mapping ? skip(events, at) : at;
    const matches = mapping
      ? key?.type === EVENT_ID.SCALAR && text.slice(key.valueStart, key.valueEnd) === part
      : item === part;
    if (matches) return { value: valueAt, offset: startOf(mapping ? key : events[valueAt]) ?? 0 };
    at = skip(events, valueAt);
  }
  return undefined;
}

/** Index of the event after the node at `at`. */
function skip(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let i = at; i < events.length; i++) {
    const type = events[i]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    if (type === EVENT_ID.POP) depth--;
    if (depth <= 0) return i + 1;
  }
  return events.length;
}

/**
 * Renders a value in the one form that our tools write: two spaces, no wrapping, quotes where YAML 1.1 or 1.2 would
 * read something else than a string.
 * @param flowLevel depth from which collections are written on one line
 */
export function renderYaml(value: unknown, flowLevel = -1): string {
  return dump(value, { lineWidth: -1, noRefs: true, flowLevel, quoteStyle: 'double' });
}
