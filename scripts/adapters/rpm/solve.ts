/** What dnf's solver answers → pins. */
import { AperiodicError } from '../../model/errors.ts';
import { sourceOfRpm } from '../../model/pin-source.ts';
import { comparePins } from '../../model/pins.ts';
import { assertValid, findViolation } from '../../model/schema.ts';
import type { Architecture, PackageRequest, Pin } from '../../model/types.generated.ts';
import type { Task } from '../../ports.ts';
import { askDnf, type Dnf } from './resolver.ts';
import type { RpmSource } from './sources.ts';

/**
 * @returns pins sorted by name and architecture
 * @throws AperiodicError `not-found` for packages and groups that no repository has, `unsolvable` with dnf's explanation,
 *   `invalid` for metadata that its keys did not sign or packages that cannot be pinned, `digest-mismatch` for metadata that
 *   is damaged, `unreachable`
 */
export async function solveRpms(
  dnf: Dnf,
  sources: readonly RpmSource[],
  request: PackageRequest,
  architecture: Architecture,
  task: Task,
): Promise<Pin[]> {
  const answer = await askDnf(dnf, { sources, request, architecture }, task);
  const pins = readPackages(answer).map(readPin);
  if (pins.length === 0) {
    throw new AperiodicError('unsolvable', 'the kickstart asks for no package: is %packages empty?');
  }
  return pins.sort(comparePins);
}

function readPackages(answer: unknown): unknown[] {
  if (typeof answer === 'object' && answer !== null && 'packages' in answer && Array.isArray(answer.packages))
    return answer.packages;
  throw new AperiodicError('internal', 'the resolver answered without packages');
}

/** One package of the resolver's answer: of hostile metadata nothing is believed that a pin may not hold. */
export function readPin(described: unknown): Pin {
  const of = (key: string): unknown =>
    typeof described === 'object' && described !== null ? Reflect.get(described, key) : undefined;
  const text = (key: string): string => {
    const value = of(key);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const refuse = (why: string) => {
    const shown = JSON.stringify(text('name').slice(0, 200));
    return new AperiodicError('invalid', `package ${shown} of repository '${text('repository')}' ${why}`);
  };
  if (of('checksumType') !== 'sha256')
    throw refuse(`is named by ${text('checksumType').slice(0, 20)}, not sha256, and cannot be pinned`);
  if (text('base') !== '') throw refuse('lies outside of its repository and cannot be pinned');
  const epoch = text('epoch') === '0' ? '' : `${text('epoch')}:`;
  const version = `${epoch}${text('version')}-${text('release')}`;
  const pin = {
    name: of('name'),
    version,
    architecture: of('architecture'),
    size: of('size'),
    sha256: of('checksum'),
    repository: of('repository'),
    path: text('path').replace(/^(\.\/)+/, ''),
    ...sourceOfRpm(text('source'), { name: text('name'), version }),
  };
  if (findViolation('Pin', pin) !== undefined) throw refuse('has metadata that no pin can hold');
  return assertValid('Pin', pin);
}
