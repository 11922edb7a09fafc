/** Package repositories by the kind of their packages. */
import type { DebRepository, Repositories, RpmRepository } from './types.generated.ts';

export function debRepositories(known: Repositories | undefined): DebRepository[] {
  return (known?.repositories ?? []).filter((repository) => repository.type === 'deb');
}

export function rpmRepositories(known: Repositories | undefined): RpmRepository[] {
  return (known?.repositories ?? []).filter((repository) => repository.type === 'rpm');
}
