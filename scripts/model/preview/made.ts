/**
 * What was made, beside packages, against the last release: names of files, tools, checks. What differs each time
 * (versions of the release, dates, digests) is masked on both sides, so that what is left is worth a look.
 */
import { compareText } from '../order.ts';
import type { Built, PreviewDiff, QaReport, RecordedArchitecture } from '../types.generated.ts';
import { diffLines } from './diff.ts';

/** Undefined when nothing differs, or nothing was released yet. */
export function previewMade(
  built: Built,
  report: QaReport | undefined,
  last: RecordedArchitecture | undefined,
  lastVersion: string | undefined,
): PreviewDiff | undefined {
  if (last === undefined || lastVersion === undefined) return undefined;
  const now = {
    artifacts: built.artifacts,
    tools: built.tools,
    // Without a report nothing is known of checks: that is said elsewhere.
    qa: report ?? last.qa,
  };
  return diffLines(
    describe(last).map((line) => mask(line, lastVersion)),
    describe(now).map((line) => mask(line, built.job.version)),
  );
}

/** Takes out the version of the release, dates and digests. */
export function mask(text: string, version: string): string {
  return text
    .replaceAll(version, 'VERSION')
    .replace(/\b[0-9a-f]{64}\b/g, 'SHA256')
    .replace(/\b[0-9a-f]{40}\b/g, 'COMMIT')
    .replace(/\b\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?\b/g, 'DATE');
}

interface Made {
  artifacts: readonly { name: string; format: string }[];
  tools: Readonly<Record<string, string>>;
  qa: QaReport;
}

function describe({ artifacts, tools, qa }: Made): string[] {
  return [
    ...artifacts.map(({ name, format }) => `file ${name} (${format})`).sort(compareText),
    ...Object.entries(tools)
      .map(([name, version]) => `tool ${name} ${version}`)
      .sort(compareText),
    ...qa.results.map(({ id, where, result }) => `check ${id} (${where}): ${result}`).sort(compareText),
  ];
}
