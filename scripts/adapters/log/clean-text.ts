/** Makes text from kickstarts, packages, servers and programs safe to print. */
import { stripVTControlCharacters } from 'node:util';

/** C0 and C1 controls save tab and newline, and the characters that reorder or hide text. */
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** `user:password@` of an address. */
const credentials = /(:\/\/[^\s/@:]*):[^\s/@]+@/g;

/** Text of several lines without terminal controls and without passwords in addresses. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n'))
    .replace(unsafe, (character) => (character === '\n' || character === '\t' ? character : ''))
    .replace(credentials, '$1:***@');
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim();
}

/**
 * Takes the meaning from lines that a GitHub runner would carry out as commands: a line that begins with `::`, and
 * `##[` anywhere, as the runner's ActionCommand class parses both.
 */
export function disarmCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '# #[');
}

/** Escapes what a Markdown table or its HTML would read as markup. */
export function escapeHtml(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** JSON for standard output: no character in it can steer a terminal or a runner, no address holds a password. */
export function renderJson(value: unknown): string {
  const redact = (_key: string, part: unknown) =>
    typeof part === 'string' ? part.replace(credentials, '$1:***@') : part;
  const text = JSON.stringify(value, redact, 2) ?? 'null';
  return text
    .replaceAll('##[', '#\\u0023[')
    .replace(unsafe, (character) =>
      character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
