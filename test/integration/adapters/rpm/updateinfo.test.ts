/** The updateinfo of a real repository, by dnf. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { createUpdateinfoFinder } from '../../../../scripts/adapters/rpm/updateinfo.ts';
import { matchAdvisories } from '../../../../scripts/model/advisories/match.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { load } from '../../../adapters/feeds/feeds-world.ts';
import { base } from '../../../adapters/rpm/world.ts';
import { madeUpPin, pinnedStream } from '../../../support/advisory-fixtures.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { createVendor } from '../../../support/rpm-repository.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const updates = `<?xml version="1.0" encoding="UTF-8"?>
<updates><update from="updates@example.org" status="final" type="security" version="1"><id>MADE-UP-2026:1</id>
<title>Made-up flaw</title><issued date="2026-01-02 00:00:00"/><severity>Critical</severity><description>CVE-2026-0001</description>
<pkglist><collection short="x"><name>x</name>
<package name="example" version="1.0" release="2" epoch="0" arch="noarch"><filename>example-1.0-2.noarch.rpm</filename></package>
</collection></pkglist></update></updates>`;

const folder = await temporaryFolder({ after });
const vendor = await createVendor({ after });
const repo = path.join(folder, 'repo');
const findUpdateinfo = createUpdateinfoFinder({
  repositories: [base],
  addresses: { base: { uri: `file://${repo}`, keyring: vendor.keyring } },
  cache: path.join(folder, 'cache'),
});
const pin = madeUpPin('example', '1.0-1', { architecture: 'noarch' });
const bare = pinnedStream('fixture-1/cloud-base', [pin]);
const stream = {
  ...bare,
  payload: 'rpm' as const,
  repositories: ['base'],
  pins: bare.pins.map((pins) => ({ ...pins, architecture: 'x86_64' as const })),
};

test("a repository's updateinfo is found, checked and matched", async () => {
  await vendor.publish(repo, { packages: [{ name: 'example', version: '1.0-2' }], updates });
  const loaded = await load({ feeds: [], addresses: {}, folder, streams: [stream], findUpdateinfo });
  assert.deepEqual(loaded.warnings, []);
  const [finding] = matchAdvisories(loaded, [stream]);
  assert.deepEqual(
    [finding?.advisory.id, finding?.advisory.feed, finding?.advisory.severity, finding?.packages],
    [
      'MADE-UP-2026:1',
      'base',
      'critical',
      [{ name: 'example', architecture: 'x86_64', installed: '1.0-1', fixed: '1.0-2' }],
    ],
  );
});

test('an updateinfo that was changed behind the index is refused; a repository without one has none', async () => {
  const name = (await readdir(path.join(repo, 'repodata'))).find((one) => one.includes('updateinfo'));
  const file = path.join(repo, 'repodata', name ?? '');
  const bytes = await readFile(file);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  await writeFile(file, bytes);
  const fresh = createUpdateinfoFinder({
    repositories: [base],
    addresses: { base: { uri: `file://${repo}`, keyring: vendor.keyring } },
    cache: path.join(folder, 'other-cache'),
  });
  const request = { repository: 'base', sources: [], architecture: 'x86_64' as const };
  await assert.rejects(
    fresh(request, createFakeTask()),
    (error) => error instanceof AperiodicError && ['digest-mismatch', 'unreachable'].includes(error.code),
  );
  await vendor.publish(repo, { packages: [{ name: 'example', version: '1.0-2' }] });
  assert.equal(await fresh(request, createFakeTask()), undefined);
});
