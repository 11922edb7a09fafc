/** Reads what commander parsed, without trusting its types. */
import { AperiodicError } from '../model/errors.ts';
import type { Command, Given } from './command.ts';

/** Name without its brackets and dots: `<image...>` is `image`. */
function bare(name: string): string {
  return name.replace(/[<>[\].]/g, '');
}

/** commander's key of an option: `dry-run` is `dryRun`. */
function keyOf(option: string): string {
  return option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function createGiven(
  command: Command,
  values: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Given {
  const positions = new Map((command.arguments ?? []).map(({ name }, index) => [bare(name), index]));
  const valueAt = (name: string) => {
    const position = positions.get(name);
    if (position === undefined) throw new AperiodicError('internal', `${command.name} declares no <${name}>`);
    return values[position];
  };
  const optional = (name: string) => {
    const value = valueAt(name);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    flag: (option) => options[keyOf(option)] === true,
    text: (option) => {
      const value = options[keyOf(option)];
      return typeof value === 'string' ? value : undefined;
    },
    argument: (name) => {
      const value = optional(name);
      if (value === undefined) throw new AperiodicError('usage', `name a ${name}`);
      return value;
    },
    optional,
    rest: (name) => {
      const value = valueAt(name);
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}
