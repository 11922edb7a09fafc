/** What the tests said, in numbers, with what failed. */
import { expectationOf, failedResults } from '../qa/report.ts';
import type { PreviewQa, QaReport } from '../types.generated.ts';

export function previewQa(report: QaReport): PreviewQa {
  const failures = failedResults(report);
  return {
    accelerator: report.accelerator,
    boots: report.boots,
    passed: report.results.length - failures.length,
    failed: failures.length,
    failures: failures
      .slice(0, 30)
      .map(({ id, where, seen }) => ({ id, where, expected: expectationOf(id).slice(0, 1000), seen })),
  };
}
