/** A container registry in memory. */
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { Registry } from '../../scripts/ports.ts';

export interface FakeRegistry extends Registry {
  /** What is there, by `repository digest` and `repository tag`. */
  held: Map<string, string>;
  /** What was written, in order. */
  writes: string[];
  /** Thrown by every call when set. */
  refuses: AperiodicError | undefined;
}

export function createFakeRegistry(id: string): FakeRegistry {
  const held = new Map<string, string>();
  const answer = () => {
    if (fake.refuses !== undefined) throw fake.refuses;
  };
  const fake: FakeRegistry = {
    id,
    nameOf: (repository) => `${id}.example/images/${repository}`,
    held,
    writes: [],
    refuses: undefined,
    async resolve(repository, reference) {
      answer();
      return held.get(`${repository} ${reference}`);
    },
    async push(repository, { digest }) {
      answer();
      held.set(`${repository} ${digest}`, digest);
      fake.writes.push(`push ${digest}`);
    },
    async tag(repository, tag, digest) {
      answer();
      if (!held.has(`${repository} ${digest}`))
        throw new AperiodicError('not-found', `${digest} is not there`);
      held.set(`${repository} ${tag}`, digest);
      fake.writes.push(`tag ${tag} ${digest}`);
    },
  };
  return fake;
}

export function noRegistry(id: string): never {
  throw new AperiodicError('not-found', `registry '${id}' has no address`);
}
