/** Pins of packages that nobody made, as our tools write them. */
import { createHash } from 'node:crypto';
import { assertValid } from '../../../scripts/model/schema.ts';
import type { Architecture } from '../../../scripts/model/types.generated.ts';
import { renderPins } from '../../../scripts/render/pins.ts';

/** @param versions by name */
export function pinsText(
  versions: Readonly<Record<string, string>>,
  architecture: Architecture = 'amd64',
): string {
  return renderPins(
    assertValid('Pins', {
      architecture,
      request: {
        repositories: ['fixture'],
        core: false,
        weakDependencies: false,
        packages: [],
        excluded: [],
      },
      packages: Object.entries(versions).map(([name, version]) => ({
        name,
        version,
        architecture,
        size: 1000,
        sha256: createHash('sha256').update(`${name} ${version}`).digest('hex'),
        repository: 'fixture',
        path: `pool/${name}_${version}.deb`,
      })),
    }),
  );
}
