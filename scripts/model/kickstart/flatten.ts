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

/** Called for an %include that names no file here: with its place, the path in quotes, and why. */
export type LeaveOut = (origin: Origin, path: string, why: string) => void;

interface Walk {
  leaveOut: LeaveOut | undefined;
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
 * @param leaveOut for readers: goes on without the included file instead of throwing
 * @throws AperiodicError `not-found` for a missing entry; `invalid` or `unsupported` at the offending line
 */
export async function flattenKickstart(
  entry: string,
  read: ReadFile,
  leaveOut?: LeaveOut,
): Promise<KickstartLine[]> {
  if (entry !== posix.normalize(entry) || leaves(entry)) {
    throw new AperiodicError('invalid', `${quote(entry)} is not a path from the repository's root`);
  }
  const text = await read(entry);
  if (text === undefined) {
    throw new AperiodicError('not-found', 'there is no such kickstart', { file: entry });
  }
  const walk: Walk = { leaveOut, entry, read, out: [], lines: 0, bytes: 0 };
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
  const found = await findIncluded(walk, line, origin);
  if (found === undefined) return;
  const { path, file, text } = found;
  if (stack.length > flattenLimits.depth) {
    throw new AperiodicError(
      'invalid',
      `%include ${quote(path)}: more than ${flattenLimits.depth} deep`,
      origin,
    );
  }
  if (stack.includes(file)) {
    const way = [...stack.slice(stack.indexOf(file)), file].join(' includes ');
    throw new AperiodicError('invalid', `%include ${quote(path)}: goes in a circle: ${way}`, origin);
  }
  await walkFile(walk, [...stack, file], text, section);
}

/** The file that an %include names; undefined when it was left out. */
async function findIncluded(
  walk: Walk,
  line: string,
  origin: Origin,
): Promise<{ path: string; file: string; text: string } | undefined> {
  try {
    const path = readIncludePath(line, origin);
    const candidates = candidatePaths(path, origin, walk.entry);
    for (const file of candidates) {
      const text = await walk.read(file);
      if (text !== undefined) return { path, file, text };
    }
    throw new AperiodicError(
      'not-found',
      `%include ${quote(path)}: there is no ${candidates.join(' and no ')}`,
      origin,
    );
  } catch (error) {
    if (walk.leaveOut === undefined || !(error instanceof AperiodicError)) throw error;
    const [, path = '', why = error.message] = /^%include ('[^']*'): (.*)$/s.exec(error.message) ?? [];
    walk.leaveOut(origin, path, why);
    return undefined;
  }
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
