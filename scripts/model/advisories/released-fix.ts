/** What a release file says of an advisory that the release fixes. */
import type { Advisory, ReleasedFix } from '../types.generated.ts';
import type { Fixed } from './fixed-between.ts';

/** What the policy and the way to the release add. */
export type FixOnItsWay = Pick<ReleasedFix, 'proposed' | 'rule' | 'due' | 'available'>;

export function describeFix({ advisory, packages }: Fixed, way: FixOnItsWay): ReleasedFix {
  const { id, feed, title, severity, cvss, cves, published } = advisory;
  const reference = chooseReference(advisory);
  return {
    advisory: id,
    feed,
    title,
    severity,
    ...(cvss === undefined ? {} : { cvss }),
    cves,
    ...(reference === undefined ? {} : { reference }),
    packages,
    ...(published === undefined ? {} : { published }),
    ...way,
  };
}

/** The page of the advisory itself, which has its id in the address, also with a hyphen for the colon; else the first. */
function chooseReference({ id, references }: Advisory): string | undefined {
  const names = [id, id.replaceAll(':', '-')];
  return references.find((address) => names.some((name) => address.includes(name))) ?? references[0];
}
