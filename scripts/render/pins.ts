/** pins.<architecture>.yaml: one package a line, so that a pull request shows what changes. */
import { comparePins } from '../model/pins.ts';
import type { Pin, Pins } from '../model/types.generated.ts';
import { renderYaml } from '../model/yaml.ts';

const header = "# Written by 'aperiodic resolve': run it again instead of editing this file.\n";

/** The same pins, in whatever order, give the same text; it parses back to them. */
export function renderPins({ architecture, request, packages }: Pins): string {
  const { repositories, core, weakDependencies } = request;
  const top = renderYaml({
    architecture,
    request: {
      repositories,
      core,
      weakDependencies,
      packages: [...request.packages].sort(),
      excluded: [...request.excluded].sort(),
      ...(request.environment === undefined ? {} : { environment: request.environment }),
      ...(request.groups === undefined ? {} : { groups: request.groups }),
      ...(request.excludedGroups === undefined ? {} : { excludedGroups: request.excludedGroups }),
      ...(request.sources === undefined ? {} : { sources: request.sources }),
    },
  });
  const lines = [...packages].sort(comparePins).map(renderPin);
  return `${header}${top}packages:\n${lines.join('')}`;
}

function renderPin({ name, version, architecture, size, sha256, repository, path, source }: Pin): string {
  return `  - ${renderYaml({ name, version, architecture, size, sha256, repository, path, ...(source === undefined ? {} : { source: { name: source.name, version: source.version } }) }, 0)}`;
}
