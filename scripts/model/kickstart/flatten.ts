/** One text from a kickstart and all that it includes, each line with its origin. */
import { posix } from 'node:path';
import { AperiodicError } from '../errors.ts';
import type { KickstartLine } from '../types.generated.ts';
import type { Origin } from './image-spec.ts';
import { candidatePaths, leaves, readIncludePath } from './include-path.ts';
import { checkCharacters, classifyLine, isBlankOrComment, quote } from './line-rules.ts';

/** What a kickstart may take up. Lines and bytes count all that is read, each time it is included. */
export const flattenLimits = { depth: 16, lines: 10_000, bytes: 1024 * 1024 } as const;

/** The text of a file of the repository by its path; undefined when it is not a regular file there. */
export type ReadFile = (path: string) => Promise<string | undefined>;

interface Walk {
  entry: string;
  read: ReadFile;
  out: KickstartLine[];
  lines: number;
  bytes: number;
}

interface Section {
  name: string;
  origin: Origin;
}

/**
 * Follows %include, in commands and in sections, as pykickstart does. Drops blank lines and comment lines of commands
 * and %packages, which do not change the image; bodies of scripts and other sections stay as they are.
 * A file must end the sections that it opens, and only those: then a text means the same read at once or file by file.
 * @param entry path of the kickstart from the repository's root
 * @throws AperiodicError `not-found` for a missing entry; `invalid` or `unsupported` at the offending line
 */
export async function flattenKickstart(entry: string, read: ReadFile): Promise<KickstartLine[]> {
  if (entry !== posix.normalize(entry) || leaves(entry)) {
    throw new AperiodicError('invalid', `${quote(entry)} is not a path from the repository's root`);
  }
  const text = await read(entry);
  if (text === undefined) {
    throw new AperiodicError('not-found', 'there is no such kickstart', { file: entry });
  }
  const walk: Walk = { entry, read, out: [], lines: 0, bytes: 0 };
  await walkFile(walk, [entry], text, undefined);
  return walk.out;
}

/** @param stack paths of the files that are being read, the entry first. @param outer the includer's open section */
async function walkFile(
  walk: Walk,
  stack: readonly string[],
  text: string,
  outer: Section | undefined,
): Promise<void> {
  const file = stack[stack.length - 1] ?? walk.entry;
  let section = outer;
  walk.bytes += Buffer.byteLength(text);
  if (walk.bytes > flattenLimits.bytes) {
    throw new AperiodicError(
      'invalid',
      `the kickstart and what it includes pass ${flattenLimits.bytes} bytes`,
      {
        file,
        line: 1,
      },
    );
  }
  for (const [index, line] of splitLines(text).entries()) {
    const origin = { file, line: index + 1 };
    if (++walk.lines > flattenLimits.lines) {
      throw new AperiodicError(
        'invalid',
        `the kickstart and what it includes pass ${flattenLimits.lines} lines`,
        origin,
      );
    }
    checkCharacters(line, origin);
    const commentsMatter = section !== undefined && section.name !== '%packages';
    if (!commentsMatter && isBlankOrComment(line)) continue;
    const found = classifyLine(line, section !== undefined, origin);
    if (found.kind === 'directive' && found.word === '%include') {
      await walkInclude(walk, stack, line, origin, section);
      continue;
    }
    if (found.kind === 'directive') section = nextSection(found.word, section, outer, origin);
    walk.out.push({ text: line, ...origin });
  }
  if (section !== outer && section !== undefined) {
    throw new AperiodicError('invalid', `${section.name} is not ended by %end in this file`, section.origin);
  }
}

async function walkInclude(
  walk: Walk,
  stack: readonly string[],
  line: string,
  origin: Origin,
  section: Section | undefined,
): Promise<void> {
  const path = readIncludePath(line, origin);
  if (stack.length > flattenLimits.depth) {
    throw new AperiodicError(
      'invalid',
      `%include ${quote(path)}: more than ${flattenLimits.depth} deep`,
      origin,
    );
  }
  const candidates = candidatePaths(path, origin, walk.entry);
  for (const candidate of candidates) {
    const text = await walk.read(candidate);
    if (text === undefined) continue;
    if (stack.includes(candidate)) {
      const way = [...stack.slice(stack.indexOf(candidate)), candidate].join(' includes ');
      throw new AperiodicError('invalid', `%include ${quote(path)}: goes in a circle: ${way}`, origin);
    }
    await walkFile(walk, [...stack, candidate], text, section);
    return;
  }
  throw new AperiodicError(
    'not-found',
    `%include ${quote(path)}: there is no ${candidates.join(' and no ')}`,
    origin,
  );
}

function nextSection(
  word: string,
  section: Section | undefined,
  outer: Section | undefined,
  origin: Origin,
): Section | undefined {
  if (word === '%ksappend') {
    throw new AperiodicError(
      'unsupported',
      '%ksappend is not honoured: commit the file and %include it',
      origin,
    );
  }
  if (word === '%end') {
    if (section === undefined) throw new AperiodicError('invalid', '%end without a section', origin);
    if (section === outer) {
      const where = `${section.origin.file}:${section.origin.line}`;
      throw new AperiodicError('invalid', `%end of ${section.name}, which ${where} opened`, origin);
    }
    return undefined;
  }
  if (section !== undefined) {
    throw new AperiodicError(
      'invalid',
      `${word} starts inside ${section.name} of line ${section.origin.line}, which needs its %end first`,
      origin,
    );
  }
  return { name: word, origin };
}

/** The end of the last line does not begin another. */
function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return lines;
}
