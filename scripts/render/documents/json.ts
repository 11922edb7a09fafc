/** JSON of published documents. */
import { compareText } from '../../model/order.ts';

/** Indented by two, with a newline at the end. Keys stay in the order that the format's readers expect. */
export function renderJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** The same value with the keys of every object in order, so that equal values give equal text whoever made them. */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
