/** Which characters and lines a kickstart may hold, so that we and pykickstart see the same lines and sections. */
import { AperiodicError } from '../errors.ts';
import type { Origin } from './image-spec.ts';

/** Longest line, in UTF-16 units: pykickstart splits words letter by letter. */
export const maxLineLength = 65_536;

/** Sections of the kickstart syntax, by the word that opens them. Source: pykickstart's KickstartParser.setupSections. */
export const sectionNames: readonly string[] = [
  '%packages',
  '%pre',
  '%pre-install',
  '%post',
  '%onerror',
  '%traceback',
  '%certificate',
  '%addon',
  '%anaconda',
];

/**
 * C0 and C1 control characters but the tab, and what else Python or an editor takes for the end of a line; the
 * byte-order mark; marks that change the direction of text, which hide what a line does from its reader.
 */
const forbidden = /[\p{Cc}\u2028\u2029\uFEFF\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** @throws AperiodicError `invalid` when the text of a line holds what no kickstart needs */
export function checkCharacters(text: string, origin: Origin): void {
  if (text.length > maxLineLength) {
    throw new AperiodicError('invalid', `the line is longer than ${maxLineLength} characters`, origin);
  }
  if (text.includes('\r')) {
    throw new AperiodicError(
      'invalid',
      'the line ends as on Windows: save the file with Unix line ends',
      origin,
    );
  }
  if (text.includes('\uFFFD')) {
    throw new AperiodicError('invalid', 'the line is not UTF-8 text', origin);
  }
  if (text.startsWith('\uFEFF')) {
    const why = 'the line begins with a byte-order mark (U+FEFF): save the file as UTF-8 without one';
    throw new AperiodicError('invalid', why, origin);
  }
  const found = forbidden.exec(text.replaceAll('\t', ' '));
  if (found !== null) {
    const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new AperiodicError('invalid', `the line holds the control character U+${code}: remove it`, origin);
  }
}

export function isBlankOrComment(text: string): boolean {
  return /^\s*(#|$)/.test(text);
}

/**
 * What a line is to the reader of sections.
 * `directive`: starts with % and a word that the syntax knows anywhere (sections, %end, %include, %ksappend).
 */
export type LineKind =
  | { kind: 'directive'; word: string }
  | { kind: 'command'; word: string }
  | { kind: 'text' };

/**
 * Sorts a line as pykickstart's state machine would, and refuses those that it and we could read differently.
 * @param inSection whether a section is open: then only directives matter
 */
export function classifyLine(text: string, inSection: boolean, origin: Origin): LineKind {
  const trimmed = text.trim();
  const word = trimmed.split(/\s/, 1)[0] ?? '';
  const known = sectionNames.includes(word) || ['%end', '%include', '%ksappend'].includes(word);
  if (known && /[^\S \t]/.test(text)) {
    throw new AperiodicError('invalid', `the ${word} line holds a space other than a blank or a tab`, origin);
  }
  if (known) return { kind: 'directive', word };
  if (inSection) return { kind: 'text' };
  if (word.startsWith('%')) {
    throw new AperiodicError('invalid', `${quote(word)} is not a section of the kickstart syntax`, origin);
  }
  const command = word.replace(/#.*$/, '');
  if (!/^[a-z][a-z0-9_-]*$/i.test(command)) {
    throw new AperiodicError('invalid', `${quote(word)} is not a kickstart command`, origin);
  }
  return { kind: 'command', word: command };
}

/** A word of untrusted text for a message: in quotes, printable, short. */
export function quote(word: string): string {
  const shown = word.length > 60 ? `${word.slice(0, 57)}...` : word;
  return `'${shown.replace(/[^\P{C}]/gu, '?')}'`;
}
