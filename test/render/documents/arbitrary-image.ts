/** Images whose packages are whatever the schema allows, each once. */
import fc from 'fast-check';
import { pinKey } from '../../../scripts/model/pins.ts';
import type { Pin, Tested } from '../../../scripts/model/types.generated.ts';
import { makeTested } from '../../support/candidate.ts';
import { pin } from '../yaml-files.ts';

export function withPackages(packages: Pin[]): Tested {
  const tested = makeTested();
  const { job } = tested.built;
  return {
    ...tested,
    built: { ...tested.built, job: { ...job, pins: { ...job.pins, packages } } },
  };
}

export const image: fc.Arbitrary<Tested> = fc
  .uniqueArray(pin, { minLength: 1, maxLength: 8, selector: pinKey })
  .map(withPackages);
