/** The content digest of a stream: it decides whether a new image is due. */
import { createHash } from 'node:crypto';
import { AperiodicError } from './errors.ts';
import { compareText } from './order.ts';
import type { Architecture, Format, KickstartLine, Pin } from './types.generated.ts';

/** All that a stream's image is made of. */
export interface Content {
  /** Flattened; only the texts count, not the files and lines they come from. */
  kickstart: readonly Pick<KickstartLine, 'text'>[];
  /** Of architectures that have one of their own. */
  kickstartsOf?: Readonly<Partial<Record<Architecture, readonly Pick<KickstartLine, 'text'>[]>>> | undefined;
  /** One for each architecture. */
  pins: readonly {
    architecture: Architecture;
    packages: readonly Pick<Pin, 'name' | 'version' | 'architecture' | 'sha256'>[];
  }[];
  architectures: readonly Architecture[];
  formats: readonly Format[];
}

/**
 * SHA-256, in hexadecimal, of this JSON text in UTF-8, without white space:
 *
 *     {"content":1,
 *      "kickstart":[line, ...],
 *      "architectures":[architecture, ...],
 *      "formats":[format, ...],
 *      "pins":[[architecture,[[name,version,architecture,sha256], ...]], ...],
 *      "kickstarts":[[architecture,[line, ...]], ...]}
 *
 * `kickstarts` is there only where an architecture has a kickstart of its own. Lines keep their order. Everything else is a set and is sorted by UTF-16 code units. Where a package comes from
 * (repository, path), its size (the digest implies it) and what the solver was asked are left out: they do not change
 * the image. `1` is the number of this form, so that a change of it can be told from a change of content.
 * @throws AperiodicError `internal` when an architecture has no pins, twice pins, or pins are of another architecture
 */
export function contentDigest(content: Content): string {
  const architectures = [...content.architectures].sort();
  const pinned = content.pins.map((pins) => pins.architecture).sort();
  if (architectures.join() !== pinned.join()) {
    throw new AperiodicError('internal', `pins of [${pinned}] for the architectures [${architectures}]`);
  }
  const canonical = {
    content: 1,
    kickstart: content.kickstart.map((line) => line.text),
    architectures,
    formats: [...content.formats].sort(),
    pins: content.pins
      .map(({ architecture, packages }) => [
        architecture,
        packages.map((pin) => [pin.name, pin.version, pin.architecture, pin.sha256]).sort(compareRows),
      ])
      .sort(([a], [b]) => compareText(String(a), String(b))),
    ...kickstartsOf(content),
  };
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

function kickstartsOf({ kickstartsOf: others = {} }: Content): { kickstarts?: unknown } {
  const rows = Object.entries(others).map(
    ([architecture, lines]) => [architecture, lines.map(({ text }) => text)] as const,
  );
  if (rows.length === 0) return {};
  return { kickstarts: rows.sort(([a], [b]) => compareText(a, b)) };
}

function compareRows(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareText(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
