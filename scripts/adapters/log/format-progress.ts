/** Numbers as people read them. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1536` is `1.5 KiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds as `0.4 s`, `2 min 03 s` or `1 h 02 min`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

export interface Progress {
  done: number;
  total: number | undefined;
  unit: string;
}

/** Whole percent, or undefined when the total is unknown. */
export function percentOf(progress: Progress): number | undefined {
  const { done, total } = progress;
  if (total === undefined || total <= 0) return undefined;
  return Math.max(0, Math.min(100, Math.floor((done / total) * 100)));
}

/** `42%, 40.7 MiB of 97.0 MiB` or `12 packages`. */
export function formatProgress(progress: Progress): string {
  const amount = (n: number) => (progress.unit === 'bytes' ? formatBytes(n) : String(n));
  const unit = progress.unit === 'bytes' ? '' : ` ${progress.unit}`;
  const percent = percentOf(progress);
  if (percent === undefined || progress.total === undefined) return `${amount(progress.done)}${unit}`;
  return `${percent}%, ${amount(progress.done)} of ${amount(progress.total)}${unit}`;
}
