/** What gates said, for people: a few words each, and the lines that would accept what is beyond a limit. */
import { releasePath } from '../streams.ts';
import type { GateResult } from '../types.generated.ts';
import { renderYaml } from '../yaml.ts';
import { gates } from './gates.ts';

/** Entries of a list that are told; the record holds all. */
const shown = 20;

/** `packages: 220 packages, was 205 (at most 215)`. */
export function describeGate(gate: GateResult): string {
  const { id, result, subject, previous, now, limit, reason } = gate;
  const about = `${id}${subject === undefined ? '' : ` (${subject})`}`;
  if (result === 'not-comparable') return `${about}: not compared, ${reason ?? 'no figure'}`;
  const unit = unitOf(id);
  const most = limit === undefined ? '' : ` (at most ${limit})`;
  const changes = [listEntries('new', gate.added), listEntries('gone', gate.removed)].join('');
  const why = result === 'accepted' ? `, accepted: ${reason}` : '';
  return `${about}: ${now} ${unit}, was ${previous}${most}${changes}${why}`;
}

/** What is expected of a gate that failed, and what it found instead. */
export function describeFailedGates(results: readonly GateResult[]): string {
  return results
    .map((gate) => {
      const expected = gates.find(({ id }) => id === gate.id)?.expectation ?? '';
      return `${gate.id}\n  expected: ${expected}\n  seen: ${describeGate(gate)}`;
    })
    .join('\n');
}

/** What to add to the release file where the change is meant. */
export function describeAcceptance(
  stream: string,
  version: string,
  failed: readonly Pick<GateResult, 'id'>[],
): string {
  const accept = failed.map(({ id }) => ({ gate: id, reason: 'why the image has to change so' }));
  return `If that is right, say so in ${releasePath(stream, version)}:\n\n${renderYaml({ accept })}`;
}

function listEntries(word: string, entries: readonly string[] | undefined): string {
  if (entries === undefined) return '';
  const rest = entries.length - shown;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return `; ${word}: ${entries.slice(0, shown).join(' ')}${more}`;
}

/** `MiB`, `s`, …; `entries` of a list. */
export function unitOf(id: string): string {
  const gate = gates.find((one) => one.id === id);
  return gate?.kind === 'number' ? gate.unit : 'entries';
}
