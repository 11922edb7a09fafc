/**
 * 60,000 packages that are not there, with dependencies of the shape that distributions have: few packages that nearly all
 * need, many that nobody does. Package i needs up to twelve of lower number, four in the mean, the lowest most often; of
 * three dependencies one names the package, one a library that it provides, one a file or a least version. Of each twenty
 * packages one provides the library of the one before too and conflicts with it, so that solvers have to choose.
 */
import { createHash } from 'node:crypto';

export const catalogSize = 60_000;
/** The first packages: what every system has. */
const coreSize = 40;
/** Besides them, asked for by name. */
const askedSize = 60;

export interface CatalogPackage {
  name: string;
  needs: Need[];
  /** Names of libraries. */
  libraries: string[];
  conflicts: string[];
  /** A program, and others beside it. */
  files: string[];
  description: string;
  size: number;
  sha256: string;
  /** Whether it is one of the core. */
  core: boolean;
}

export interface Need {
  kind: 'name' | 'library' | 'file' | 'version';
  /** What it is called, by its kind; with `version` the name of a package. */
  text: string;
  /** The package that is meant, for formats without dependencies on files. */
  package: string;
}

export const catalogVersion = '1.4.2';
const description =
  'fixture of a measurement. It has about as much to say of itself as other packages do, and nothing of it is meant: ' +
  'what counts is that somebody has to read it.';

/** A row of numbers from 0 to 1 that is the same each time (a linear congruence, modulus 2^32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const nameOf = (index: number) =>
  index === coreSize - 1 ? 'apt' : `${index < coreSize ? 'base' : 'part'}-${String(index).padStart(5, '0')}`;
const libraryOf = (index: number) => `libpart${index}.so.1`;
const isOther = (index: number) => index >= coreSize && index % 20 === 7;

export function makeCatalog(): CatalogPackage[] {
  const random = createRandom(20260101);
  return Array.from({ length: catalogSize }, (_, index) => {
    const name = nameOf(index);
    const needs = Array.from({ length: howMany(index, random) }, () => makeNeed(index, random));
    return {
      name,
      needs,
      libraries: isOther(index) ? [libraryOf(index), libraryOf(index - 1)] : [libraryOf(index)],
      conflicts: isOther(index) ? [nameOf(index - 1)] : [],
      files: [
        `/usr/bin/${name}`,
        ...Array.from({ length: 19 }, (__, file) => `/usr/share/${name}/data-${file}.txt`),
      ],
      description,
      size: 10_000 + Math.floor(random() * 1_000_000),
      sha256: createHash('sha256').update(name).digest('hex'),
      core: index < coreSize,
    };
  });
}

function howMany(index: number, random: () => number): number {
  return Math.min(index, Math.floor(13 * random() ** 2.2));
}

function makeNeed(index: number, random: () => number): Need {
  const drawn = Math.floor(index * random() ** 3);
  // One that conflicts with another is nobody's need by name.
  const target = isOther(drawn) ? drawn - 1 : drawn;
  const name = nameOf(target);
  const kind = random();
  if (kind < 1 / 3) return { kind: 'name', text: name, package: name };
  if (kind < 2 / 3) return { kind: 'library', text: libraryOf(target), package: name };
  if (kind < 5 / 6) return { kind: 'file', text: `/usr/bin/${name}`, package: name };
  return { kind: 'version', text: name, package: name };
}

/** What a kickstart asks for besides the core: packages from all of the catalog. */
export function askedNames(): string[] {
  return Array.from({ length: askedSize }, (_, index) =>
    nameOf(coreSize + 1 + Math.floor(((index + 0.5) * (catalogSize - coreSize - 2)) / askedSize)),
  );
}
