/** An invented repository of one stream whose packages are a line of text each. */
import { createHash } from 'node:crypto';
import { flattenKickstart } from '../../scripts/model/kickstart/flatten.ts';
import { loadRepository } from '../../scripts/model/load.ts';
import type { Repository } from '../../scripts/model/streams.ts';
import type { Pin, Pins } from '../../scripts/model/types.generated.ts';
import type { KickstartParser, Tree } from '../../scripts/ports.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { command, disk, parsedOf } from '../model/kickstart/commands.ts';

export const streamId = 'testix-1/cloud-base';
export const folder = `releases/${streamId}`;

export interface Wish {
  /** Version of the package alpha: another one is other content. */
  alpha?: string;
  /** Ids of mirrors. */
  mirrors?: readonly string[];
  /** Releases that mirrors keep. */
  keep?: number;
  /** Ids of the streams. */
  streams?: readonly string[];
  /** Where AMIs go, as YAML of the key `aws` in targets.yaml. Default: nowhere. */
  aws?: string;
}

/** Content of a package file. */
export function packageText(pin: Pick<Pin, 'name' | 'version' | 'architecture'>): string {
  return `package ${pin.name} ${pin.version} ${pin.architecture}\n`;
}

function makePin(name: string, version: string): Pin {
  const about = { name, version, architecture: 'amd64' };
  const text = packageText(about);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { ...about, size: text.length, sha256, repository: 'main', path: `pool/${name}.deb` };
}

export function makePins(alpha = '1.0-1'): Pins {
  const packages = ['alpha', 'beta'];
  const request = { repositories: ['main'], core: true, weakDependencies: false, packages, excluded: [] };
  return {
    architecture: 'amd64',
    request,
    packages: [makePin('alpha', alpha), makePin('beta', '2:3.1')],
  };
}

/** All files of the repository, by path. */
export function makeFiles({ alpha, mirrors = ['primary'], keep = 1, streams = [streamId], aws }: Wish = {}) {
  const files: Record<string, string> = {
    'releases/repositories.yaml':
      'repositories: [{id: main, type: deb, suites: [one], components: [main], keyring: testix.gpg}]\n',
    'releases/targets.yaml': `mirrors: [${mirrors.map((id) => `{id: ${id}, keep: ${keep}}`).join(', ')}]\n${aws === undefined ? '' : `aws: ${aws}\n`}`,
    'kickstarts/testix.ks': kickstartText,
  };
  for (const id of streams) {
    files[`releases/${id}/stream.yaml`] = aws === undefined ? streamText : `${streamText}${streamAws}`;
    files[`releases/${id}/pins.amd64.yaml`] = renderPins(makePins(alpha));
  }
  return files;
}

const streamText = `name: Testix-Cloud-Base-1
title: Testix 1 Cloud Base
payload: deb
kickstart: kickstarts/testix.ks
repositories: [main]
architectures: [amd64]
formats: [qcow2, raw.zst]
limits: {downloadMiB: 10, usedMiB: 1000}
`;

const streamAws = 'aws: {retention: {public: 3, deprecateAfterDays: 90, removeAfterDays: 365}}\n';

/** Its lines are those that `parser` speaks of. */
const kickstartText = `part biosboot --fstype=biosboot --size=1
part /boot/efi --fstype=efi --size=64
part / --fstype=ext4 --size=900 --grow
bootloader --append="console=ttyS0"
%packages
alpha
beta
%end
`;

/** Knows the one kickstart of this repository. */
export const parser: KickstartParser = {
  parse: async () =>
    parsedOf([
      ...disk,
      command('bootloader', { '--append': 'console=ttyS0' }),
      { packages: ['alpha', 'beta'] },
    ]).parsed,
};

export async function load(tree: Tree): Promise<Repository> {
  return (await loadRepository(tree, { flatten: flattenKickstart })).repository;
}
