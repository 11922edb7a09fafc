/** <version>.yaml: asks for one version of a stream's image. */
import type { Release, ReleaseAws, ReleasedFix } from '../model/types.generated.ts';
import { renderYaml } from '../model/yaml.ts';

const header = '# Asks for one version of this image. What came out is in the .published.yaml beside it.\n';

/** Whole, with keys in one fixed order. */
export function renderRelease(release: Release): string {
  const { version, reason, content, architectures, formats, targets, rebuild, fixes, accept, withdrawn } =
    release;
  const value = {
    version,
    reason,
    content,
    architectures,
    formats,
    targets: {
      mirrors: targets.mirrors,
      ...(targets.registries === undefined ? {} : { registries: targets.registries }),
      ...(targets.aws === undefined ? {} : { aws: orderAws(targets.aws) }),
    },
    ...(rebuild === undefined ? {} : { rebuild }),
    ...(fixes === undefined ? {} : { fixes: fixes.map(orderFix) }),
    ...(accept === undefined ? {} : { accept: accept.map(({ gate, reason }) => ({ gate, reason })) }),
    ...(withdrawn === undefined ? {} : { withdrawn: { reason: withdrawn.reason, at: withdrawn.at } }),
  };
  return header + renderYaml(value);
}

function orderFix(fix: ReleasedFix): ReleasedFix {
  const { advisory, feed, title, severity, cvss, cves, reference, packages } = fix;
  const { published, available, proposed, due, rule } = fix;
  return {
    advisory,
    feed,
    title,
    severity,
    ...(cvss === undefined
      ? {}
      : { cvss: { ...(cvss.vector === undefined ? {} : { vector: cvss.vector }), score: cvss.score } }),
    cves,
    ...(reference === undefined ? {} : { reference }),
    packages: packages.map(({ name, architecture, from, to }) => ({ name, architecture, from, to })),
    ...(published === undefined ? {} : { published }),
    ...(available === undefined ? {} : { available }),
    proposed,
    ...(due === undefined ? {} : { due }),
    rule,
  };
}

function orderAws({ home, regions, bestEffort }: ReleaseAws): ReleaseAws {
  return { home, regions, bestEffort };
}
