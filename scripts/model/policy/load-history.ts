/** A history for replay, from YAML or from JSON, which is YAML too. */
import { AperiodicError } from '../errors.ts';
import type { History } from '../types.generated.ts';
import { locator, parseYaml } from '../yaml.ts';

/** @throws AperiodicError `invalid` with file and line */
export function parseHistory(text: string, file: string): History {
  const history = parseYaml('History', text, file);
  const lineOf = locator(text);
  const fail = (path: (string | number)[], message: string) =>
    new AperiodicError('invalid', message, { file, line: lineOf(path) });
  const known = new Set<string>();
  for (const [index, { id, releases }] of history.streams.entries()) {
    if (known.has(id)) throw fail(['streams', index, 'id'], `'${id}' is described twice`);
    known.add(id);
    for (const [at, release] of releases.entries()) {
      if (release.public < release.pinned)
        throw fail(['streams', index, 'releases', at, 'public'], "is before 'pinned'");
    }
  }
  for (const [index, { streams }] of history.events.entries()) {
    const unknown = streams.find((id) => !known.has(id));
    if (unknown !== undefined)
      throw fail(['events', index, 'streams'], `'${unknown}' is not under 'streams'`);
  }
  return history;
}
