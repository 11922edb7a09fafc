/** Which source packages pins are built from, as apt's records say. */
import { sourceOfDeb } from '../../model/pin-source.ts';
import type { Pin } from '../../model/types.generated.ts';
import { exec } from '../host/exec.ts';
import type { AptState } from './apt-state.ts';

/** Keeps the list of arguments short. */
const batchSize = 500;

/** The pins, each with its source where that differs in name or version. One that apt has no record of stays as it is. */
export async function nameSources(state: AptState, pins: readonly Pin[]): Promise<Pin[]> {
  const sources = new Map<string, string>();
  for (let at = 0; at < pins.length; at += batchSize) {
    const names = pins.slice(at, at + batchSize).map(({ name, version }) => `${name}=${version}`);
    // 100: one of them has no record. The others are told all the same.
    const { stdout } = await exec('apt-cache', ['-q', 'show', '--', ...names], {
      env: state.env,
      accept: [0, 100],
    });
    for (const [key, source] of readRecords(stdout)) sources.set(key, source);
  }
  return pins.map((pin) => ({
    ...pin,
    ...sourceOfDeb(sources.get(`${pin.name} ${pin.version} ${pin.architecture}`), pin),
  }));
}

/** `NAME VERSION ARCHITECTURE` → the field Source, of the records that have one. */
export function readRecords(text: string): Map<string, string> {
  const sources = new Map<string, string>();
  for (const record of text.split(/\n\s*\n/)) {
    const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(record)?.[1]?.trim();
    const source = field('Source');
    if (source !== undefined)
      sources.set(`${field('Package')} ${field('Version')} ${field('Architecture')}`, source);
  }
  return sources;
}
