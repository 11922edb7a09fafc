/** JSON files of a folder, of a zip, or one alone. Names of files are for messages, and nothing is written. */
import { opendir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '../../model/advisories/clean.ts';
import type { Flaws } from '../../model/advisories/flaws.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Limits } from './limits.ts';
import { packingOf, readText } from './unpack.ts';
import { readZip } from './zip.ts';

const maxDepth = 6;

/**
 * Parsed values, one at a time. What cannot be read or parsed is left out, and said.
 * @throws AperiodicError `invalid` for a zip that is damaged or grows too much, `not-found`
 */
export async function* readEntries(place: string, limits: Limits, flaws: Flaws): AsyncGenerator<unknown> {
  const found = await stat(place).catch((cause: unknown) => {
    throw new AperiodicError('not-found', 'is not there', { cause });
  });
  if (found.isDirectory()) {
    yield* parseAll(walk(place, limits, flaws, { count: 0 }), flaws);
  } else if ((await packingOf(place)) === 'zip') {
    yield* parseAll(readZip(place, limits, flaws), flaws);
  } else {
    // One document, or a list of them.
    const text = await readText(place, limits.documentBytes, limits);
    for await (const value of parseAll([{ name: path.basename(place), text }], flaws))
      yield* Array.isArray(value) ? value : [value];
  }
}

export interface Entry {
  name: string;
  text: string;
}

async function* parseAll(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  flaws: Flaws,
): AsyncGenerator<unknown> {
  for await (const { name, text } of entries) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      flaws.add(`${quote(name)} is not JSON and was left out`);
      continue;
    }
    yield value;
  }
}

/** Links are not followed. */
async function* walk(
  folder: string,
  limits: Limits,
  flaws: Flaws,
  seen: { count: number },
  depth = 0,
): AsyncGenerator<Entry> {
  for await (const entry of await opendir(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth < maxDepth && !entry.name.startsWith('.')) {
      yield* walk(file, limits, flaws, seen, depth + 1);
      continue;
    }
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    if (++seen.count > limits.entries)
      throw new AperiodicError('invalid', `holds more than ${limits.entries} files`);
    if ((await stat(file)).size > limits.entryBytes) {
      flaws.add(`${quote(entry.name)} is larger than ${limits.entryBytes} bytes and was left out`);
      continue;
    }
    yield { name: entry.name, text: await readFile(file, 'utf8') };
  }
}
