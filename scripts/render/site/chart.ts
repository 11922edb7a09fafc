/** Lines over releases as SVG. What a chart shows is in the tables beside it too. */
import type { Series } from '../../model/site/figures.ts';
import { type Html, html } from './html.ts';

export interface Chart {
  id: string;
  title: string;
  unit: string;
  series: readonly Series[];
}

const width = 360;
const height = 150;
const mostDots = 24;
const edge = { top: 12, right: 12, bottom: 24, left: 44 };

/** Undefined when there is nothing to see: a line needs two points. */
export function renderChart({ id, title, unit, series }: Chart): Html | undefined {
  const drawn = series.filter(({ points }) => points.length > 1);
  const versions = [...new Set(drawn.flatMap(({ points }) => points.map(({ version }) => version)))].sort(
    byVersion,
  );
  const values = drawn.flatMap(({ points }) => points.map(({ value }) => value));
  const [first, last] = [versions[0], versions.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const top = niceTop(Math.max(...values));
  const place = new Map(versions.map((version, index) => [version, index / (versions.length - 1)]));
  const x = (version: string) => edge.left + (place.get(version) ?? 0) * (width - edge.left - edge.right);
  const y = (value: number) => edge.top + (1 - value / top) * (height - edge.top - edge.bottom);
  const words = drawn.map(({ name, points }) =>
    describe(
      name,
      points.map(({ value }) => value),
      unit,
    ),
  );
  return html`<figure class="chart">
<figcaption><span class="chart-title">${title}</span>${drawn.map(
    ({ name, points }, index) =>
      html` <span class="chart-key chart-key-${index % 3}">${name} <b>${points.at(-1)?.value ?? ''} ${unit}</b></span>`,
  )}</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-words">
<title id="${id}-title">${title}</title><desc id="${id}-words">${words.join(' ')}</desc>
${[0, top / 2, top].map(
  (value) =>
    html`<line class="grid" x1="${edge.left}" x2="${width - edge.right}" y1="${fixed(y(value))}" y2="${fixed(y(value))}"/><text class="tick" x="${edge.left - 8}" y="${fixed(y(value) + 4)}" text-anchor="end">${trim(value)}</text>`,
)}
<text class="tick" x="${edge.left}" y="${height - 6}">${first}</text><text class="tick" x="${width - edge.right}" y="${height - 6}" text-anchor="end">${last}</text>
${drawn.map(({ name, points }, index) => {
  const at = points.map(({ version, value }) => `${fixed(x(version))},${fixed(y(value))}`);
  // Of many releases only the last has a dot: others would touch.
  const dots = points.map(({ version, value }, place) => {
    const isLast = place === points.length - 1;
    if (!isLast && points.length > mostDots) return false;
    return html`<circle class="dot dot-${index % 3}" cx="${fixed(x(version))}" cy="${fixed(y(value))}" r="${isLast ? 3.5 : 2}"><title>${version}: ${value} ${unit}, ${name}</title></circle>`;
  });
  return html`<polyline class="line line-${index % 3}" points="${at.join(' ')}"/>${dots}`;
})}
</svg>
</figure>
`;
}

function describe(name: string, values: readonly number[], unit: string): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return `${name}: ${values.length} releases, from ${low} to ${high} ${unit}, ${values.at(-1)} ${unit} in the newest.`;
}

/** The least of 1, 2, 4, 5, 6, 8 times a power of ten that is not below the value. */
function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 5, 6, 8].find((step) => step * power >= value) ?? 10);
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return (left?.[0] ?? 0) - (right?.[0] ?? 0) || (left?.[1] ?? 0) - (right?.[1] ?? 0);
}

function fixed(value: number): string {
  return trim(Math.round(value * 10) / 10);
}

function trim(value: number): string {
  return String(Math.round(value * 100) / 100);
}
