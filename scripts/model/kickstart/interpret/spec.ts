/** The finished ImageSpec: equal for kickstarts that differ in the order of unordered things only. */
import { compareText } from '../../order.ts';
import type { PackageRequest } from '../../types.generated.ts';
import type { ImageSpec, Origin } from '../image-spec.ts';
import type { Draft } from './draft.ts';
import { inDiskOrder } from './partition-table.ts';

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
      ...rpmRequest(draft),
    },
    packageOrigins: Object.fromEntries(
      included.map((name) => [name, originOf(draft.packages.get(name)?.line ?? 0)]),
    ),
    excludeDocs: draft.excludeDocs,
    ...(draft.languages === undefined ? {} : { languages: draft.languages }),
    partitions: inDiskOrder(draft.partitions),
    bootloader: { append: draft.append, timeoutSeconds: draft.timeoutSeconds },
    lang: draft.lang.name,
    keyboard: draft.keyboard,
    timezone: draft.timezone,
    // Of Debian nothing is to be set.
    ...(draft.payload === 'rpm' && draft.selinux !== undefined ? { selinux: draft.selinux.mode } : {}),
    ...(draft.payload === 'rpm' && (draft.lang.others ?? []).length > 0
      ? { moreLocales: draft.lang.others }
      : {}),
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

/** What only rpm streams ask for; keys that have nothing to say are left out, so that requests of deb streams stay as they are. */
function rpmRequest({ environment, groups, sources }: Draft): Partial<PackageRequest> {
  const mentioned = [...groups.values()].sort((a, b) => compareText(a.group.name, b.group.name));
  // The core group is there unless --nocore says otherwise.
  const wanted = mentioned
    .filter(({ group, excluded }) => !excluded && group.name !== 'core')
    .map(({ group }) => group);
  const unwanted = mentioned.filter(({ excluded }) => excluded).map(({ group }) => group.name);
  return {
    ...(environment === undefined ? {} : { environment }),
    ...(wanted.length === 0 ? {} : { groups: wanted }),
    ...(unwanted.length === 0 ? {} : { excludedGroups: unwanted }),
    ...(sources.length === 0
      ? {}
      : { sources: [...sources].sort((a, b) => compareText(a.repository, b.repository)) }),
  };
}
