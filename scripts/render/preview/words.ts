/** Numbers of a preview in words. */
import { describeBoots } from '../../model/qa/report.ts';
import type { Limits, PreviewImage, PreviewQa } from '../../model/types.generated.ts';

export function describeQa(qa: PreviewQa | undefined): string {
  if (qa === undefined) return '**not tested**';
  const boots = describeBoots(qa);
  return qa.failed === 0
    ? `${qa.passed} passed, ${boots}`
    : `**${qa.failed} of ${qa.passed + qa.failed} failed**, ${boots}`;
}

/** The largest published file against the limit. */
export function describeSize(image: PreviewImage | undefined, limits: Limits | undefined): string {
  const sizes = image?.files.map(({ size }) => size) ?? [];
  if (sizes.length === 0) return '';
  const largest = Math.max(...sizes);
  const limit = limits === undefined ? '' : ` of ${limits.downloadMiB} MiB`;
  return `${mebibytes(largest)}${limit}`;
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** `+1.5 MiB`; empty where there is nothing to compare with. */
export function difference(now: number, last: number | undefined): string {
  if (last === undefined) return '';
  return `${now < last ? '-' : '+'}${mebibytes(Math.abs(now - last))}`;
}
