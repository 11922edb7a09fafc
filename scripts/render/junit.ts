/** Test results in JUnit's XML, which CI systems show: a suite for the image and one for each guest. */
import { expectationOf } from '../model/qa/report.ts';
import type { CheckResult, QaReport } from '../model/types.generated.ts';

/**
 * @param subject what was tested, such as the base name of the image
 */
export function renderJunit(report: Pick<QaReport, 'results'>, subject: string): string {
  const places = (['image', 'bios', 'uefi', 'ec2'] as const)
    .map((where) => ({ where, results: report.results.filter((result) => result.where === where) }))
    .filter(({ results }) => results.length > 0);
  const suites = places.map(({ where, results }) => renderSuite(`${subject} ${where}`, results));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: subject, ...count(report.results) })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function renderSuite(name: string, results: readonly CheckResult[]): string {
  const cases = results.map((result) => renderCase(name, result));
  return [`  <testsuite ${attributes({ name, ...count(results) })}>`, ...cases, '  </testsuite>'].join('\n');
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
