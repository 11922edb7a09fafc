/** Sizes of what was built, beside those of the last release. */
import type { Built, PreviewImage, QaReport, RecordedArchitecture } from '../types.generated.ts';

export function previewImage(
  built: Built,
  report: QaReport | undefined,
  last: RecordedArchitecture | undefined,
): PreviewImage {
  const usedMiB = usedOf(report);
  const lastUsedMiB = usedOf(last?.qa);
  return {
    raw: { sha256: built.raw.sha256, size: built.raw.size },
    content: built.job.content,
    tools: built.tools,
    ...(last === undefined ? {} : { lastRaw: { sha256: last.raw.sha256, size: last.raw.size } }),
    files: built.artifacts.slice(0, 20).map(({ format, file }) => {
      const old = last?.artifacts.find((artifact) => artifact.format === format);
      return { format, size: file.size, ...(old === undefined ? {} : { last: old.size }) };
    }),
    ...(usedMiB === undefined ? {} : { usedMiB }),
    ...(lastUsedMiB === undefined ? {} : { lastUsedMiB }),
  };
}

/** Space used in the root file system, in MiB: a figure of the check that compares it with the stream's limit. */
function usedOf(report: Pick<QaReport, 'results'> | undefined): number | undefined {
  for (const { figures } of report?.results ?? []) {
    const used = figures?.usedMiB;
    if (typeof used === 'number' && used >= 0 && used <= 1_000_000) return Math.ceil(used);
  }
  return undefined;
}
