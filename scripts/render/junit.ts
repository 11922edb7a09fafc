/** Test results in JUnit's XML, which CI systems show: a suite for the image and one for each guest. */
import { expectationOf } from '../model/qa/report.ts';
import type { CheckResult, QaReport } from '../model/types.generated.ts';

/** What is known of a guest besides its results. */
export interface GuestEvidence {
  where: CheckResult['where'];
  /** The end of the serial console when something failed, else empty. */
  serialTail: string;
  /** Files that were kept. */
  kept: readonly string[];
}

/**
 * @param subject what was tested, such as the base name of the image
 */
export function renderJunit(
  report: Pick<QaReport, 'results'> & Partial<Pick<QaReport, 'retries'>>,
  subject: string,
  guests: readonly GuestEvidence[] = [],
): string {
  const places = (['image', 'bios', 'uefi', 'ec2', 'container'] as const)
    .map((where) => ({ where, results: report.results.filter((result) => result.where === where) }))
    .filter(({ results }) => results.length > 0);
  const suites = places.map(({ where, results }) =>
    renderSuite(`${subject} ${where}`, results, describeGuest(where, report, guests)),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: subject, ...count(report.results) })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function renderSuite(name: string, results: readonly CheckResult[], about: string): string {
  const cases = results.map((result) => renderCase(name, result));
  const said = about === '' ? [] : [`    <system-err>${escapeXml(about)}</system-err>`];
  return [
    `  <testsuite ${attributes({ name, ...count(results) })}>`,
    ...cases,
    ...said,
    '  </testsuite>',
  ].join('\n');
}

function describeGuest(
  where: CheckResult['where'],
  { retries = [] }: Pick<QaReport, 'retries'>,
  guests: readonly GuestEvidence[],
): string {
  const again = retries.filter((retry) => retry.where === where);
  const mine = guests.filter((guest) => guest.where === where);
  return [
    ...again.map(({ reason }) => `Tested once more: ${reason}`),
    ...mine.flatMap(({ serialTail }) => (serialTail === '' ? [] : [`Serial console:\n${serialTail}`])),
    ...mine.flatMap(({ kept }) => (kept.length === 0 ? [] : [['Kept:', ...kept].join('\n  ')])),
  ].join('\n\n');
}

function count(results: readonly CheckResult[]): Record<string, string> {
  const seconds = results.reduce((sum, result) => sum + (result.seconds ?? 0), 0);
  const failures = results.filter(({ result }) => result === 'failed').length;
  return { tests: String(results.length), failures: String(failures), errors: '0', time: seconds.toFixed(1) };
}

function renderCase(suite: string, { id, result, seen, seconds }: CheckResult): string {
  const head = `    <testcase ${attributes({ classname: suite, name: id, time: (seconds ?? 0).toFixed(1) })}>`;
  const body =
    result === 'failed'
      ? `<failure ${attributes({ message: expectationOf(id) })}>${escapeXml(seen)}</failure>`
      : `<system-out>${escapeXml(seen)}</system-out>`;
  return `${head}${body}</testcase>`;
}

function attributes(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(value)}"`)
    .join(' ');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Text for XML 1.0, which has no way to write most control characters and lone surrogates (XML 1.0, 2.2 Char). */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(/\r/g, '&#13;');
}
