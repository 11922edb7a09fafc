/** Feeds in a folder, and the adapter that reads them. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAdvisories } from '../../../scripts/adapters/feeds/advisories.ts';
import { type Limits, limits } from '../../../scripts/adapters/feeds/limits.ts';
import type { FindUpdateinfo } from '../../../scripts/adapters/rpm/updateinfo.ts';
import type { PinnedStream } from '../../../scripts/model/advisories/installed.ts';
import type { AdvisoryFeed, FeedAddress } from '../../../scripts/model/types.generated.ts';
import type { LoadedAdvisories } from '../../../scripts/ports.ts';
import { madeUpPin, now, pinnedStream } from '../../support/advisory-fixtures.ts';
import { createFakeTask } from '../../support/fake-log.ts';

export const osvFeed: AdvisoryFeed = {
  id: 'made-up-osv',
  kind: 'osv',
  serves: [{ distribution: 'debian-12', ecosystem: 'Debian:12' }],
};
export const stream = pinnedStream('debian-12/cloud-base', [madeUpPin('example', '1.0-1')]);

export interface World {
  feeds: readonly AdvisoryFeed[];
  addresses: Readonly<Record<string, FeedAddress>>;
  folder: string;
  limits?: Partial<Limits>;
  streams?: readonly PinnedStream[];
  findUpdateinfo?: FindUpdateinfo;
}

export async function load(world: World): Promise<LoadedAdvisories> {
  const advisories = createAdvisories({
    feeds: world.feeds,
    addresses: world.addresses,
    cache: path.join(world.folder, 'cache'),
    clock: { now: () => now, sleep: async () => undefined },
    limits: { ...limits, ...world.limits },
    findUpdateinfo: world.findUpdateinfo ?? (async () => undefined),
  });
  const streams = world.streams ?? [stream];
  return await advisories.load(streams[0]?.id.split('/')[0] ?? '', streams, createFakeTask());
}

/** An OSV entry about the package `example`. */
export function osvEntry(id: string, more: Record<string, unknown> = {}): string {
  const range = { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-2' }] };
  const affected = [{ package: { ecosystem: 'Debian:12', name: 'example' }, ranges: [range] }];
  return JSON.stringify({ id, affected, ...more });
}

/** Makes a zip with Python, which lets names be anything. */
export function makeZip(file: string, entries: Record<string, string>): void {
  const script = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as made:
    for name, text in json.load(sys.stdin).items():
        made.writestr(name, text)`;
  execFileSync('/usr/bin/python3', ['-I', '-c', script, file], { input: JSON.stringify(entries) });
}

export function writeJson(folder: string, name: string, value: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(value));
  return file;
}
