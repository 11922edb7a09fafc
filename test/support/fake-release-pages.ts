/** Pages of releases in memory. */
import type { AperiodicError } from '../../scripts/model/errors.ts';
import type { ReleasePage, ReleasePages } from '../../scripts/ports.ts';

export interface FakeReleasePages extends ReleasePages {
  /** By tag. */
  pages: Map<string, ReleasePage>;
  /** Tags, in the order that they were written in. */
  writes: string[];
  /** Thrown when set. */
  fails: AperiodicError | undefined;
}

export function createFakeReleasePages(): FakeReleasePages {
  const fake: FakeReleasePages = {
    pages: new Map(),
    writes: [],
    fails: undefined,
    keep: async (page) => {
      if (fake.fails !== undefined) throw fake.fails;
      const found = fake.pages.get(page.tag);
      if (JSON.stringify(found) === JSON.stringify(page)) return 'unchanged';
      fake.pages.set(page.tag, page);
      fake.writes.push(page.tag);
      return found === undefined ? 'created' : 'updated';
    },
  };
  return fake;
}
