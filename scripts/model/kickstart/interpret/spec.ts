/** The finished ImageSpec: equal for kickstarts that differ in the order of unordered things only. */
import type { ImageSpec, Origin } from '../image-spec.ts';
import type { Draft } from './draft.ts';

export function finishSpec(
  draft: Draft,
  repositories: readonly string[],
  originOf: (line: number) => Origin,
): ImageSpec {
  const names = [...draft.packages.keys()].sort();
  const isExcluded = (name: string) => draft.packages.get(name)?.excluded === true;
  const included = names.filter((name) => !isExcluded(name));
  return {
    kind: draft.kind,
    request: {
      repositories: [...new Set(repositories)].sort(),
      core: draft.core,
      weakDependencies: draft.weakDependencies,
      packages: included,
      excluded: names.filter(isExcluded),
    },
    packageOrigins: Object.fromEntries(
      included.map((name) => [name, originOf(draft.packages.get(name)?.line ?? 0)]),
    ),
    excludeDocs: draft.excludeDocs,
    ...(draft.languages === undefined ? {} : { languages: draft.languages }),
    partitions: draft.partitions,
    bootloader: { append: draft.append, timeoutSeconds: draft.timeoutSeconds },
    lang: draft.lang.name,
    keyboard: draft.keyboard,
    timezone: draft.timezone,
    rootLocked: draft.rootLocked,
    ...(draft.rootPasswordHash === undefined ? {} : { rootPasswordHash: draft.rootPasswordHash }),
    users: draft.users,
    ...(draft.userGroups.length === 0 ? {} : { groups: draft.userGroups }),
    ...(draft.firewall === undefined ? {} : { firewall: draft.firewall.spec }),
    ...(draft.time.servers.length === 0 ? {} : { timeServers: draft.time.servers }),
    ...(draft.time.disabledAt === undefined ? {} : { timeDisabled: true as const }),
    services: { enabled: [...draft.enabled].sort(), disabled: [...draft.disabled].sort() },
    ...(draft.hostname === undefined ? {} : { hostname: draft.hostname }),
    sshKeys: draft.sshKeys.map(({ user, key }) => ({ user, key })),
    scripts: draft.scripts,
  };
}
