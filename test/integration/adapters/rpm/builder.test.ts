/** Dnf and rpm of a builder image, from a registry, instead of this machine's: pins, signatures, and a root. */
import assert from 'node:assert/strict';
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { createBuilders } from '../../../../scripts/adapters/builder-image/builders.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { toolVersions } from '../../../../scripts/adapters/image/builder.ts';
import { newestDate } from '../../../../scripts/adapters/image/package-date.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { Pin } from '../../../../scripts/model/types.generated.ts';
import type { Builder } from '../../../../scripts/ports.ts';
import { smallRequest } from '../../../adapters/image/small-spec.ts';
import { createWorld, request } from '../../../adapters/rpm/world.ts';
import { packTools, pushLayout, writeLayout } from '../../../support/builder-image.ts';
import { startRegistry } from '../../../support/container-registry.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { createVendor, rpmDate } from '../../../support/rpm-repository.ts';
import { serveOnLoopback } from '../../../support/serve-on-loopback.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from '../image/walls.ts';

/** Whose rpm runs it: rpm's own macros are asked while the package is installed. */
const whose = 'local f = io.open("/etc/motd", "w"); f:write(rpm.expand("%%{?marker}")); f:close()';
const shared = await temporaryFolder({ after });
const vendor = await createVendor({ after });
const stranger = await createVendor({ after }, 'Stranger <stranger@example.org>');
await vendor.publish(path.join(shared, 'repo'), {
  packages: [
    { name: 'filesystem', folders: ['/etc', '/usr', '/usr/bin', '/run', '/tmp'] },
    {
      name: 'tool',
      version: '3:1.2-3.fx1',
      requires: ['filesystem'],
      files: { '/usr/bin/tool': '#!/bin/tool\n' },
    },
    { name: 'greeter', requires: ['tool'], post: whose, interpreter: '<lua>' },
  ],
});
const registry = await startRegistry({ after }, path.join(shared, 'registry'));
const builders = createBuilders({ cache: path.join(shared, 'cache'), logins: { registries: {} } });
const address = { uri: `file://${path.join(shared, 'repo')}`, keyring: vendor.keyring };
const world = createWorld(shared, { base: address });

async function makeBuilder(): Promise<Builder> {
  const folder = path.join(shared, 'image');
  await mkdir(folder);
  const [lower = '', upper = ''] = await packTools(folder, 'the builder');
  const layout = path.join(folder, 'layout');
  const layers = [
    { tar: lower, compression: 'zstd' },
    { tar: upper, compression: 'gzip' },
  ] as const;
  const reference = await pushLayout(registry, layout, await writeLayout(layout, layers));
  await builders.fetch(reference, world.store, createFakeTask());
  return await builders.open(reference, world.store, createFakeTask());
}
const builder = await makeBuilder();

async function build(t: TestContext, pins: Pin[], by?: Builder) {
  const folder = await temporaryFolder(t);
  await cp(path.join(shared, 'store'), path.join(folder, 'store'), { recursive: true });
  const asked = { ...smallRequest(), payload: 'rpm' as const, architecture: 'x86_64' as const, pins };
  const given = by === undefined ? asked : { ...asked, builder: true as const };
  return await runBehindWalls(folder, { ...given, epoch: rpmDate }, 'rpms', by?.root);
}

test("a builder's dnf and rpm give the same pins and bytes as this machine's of the same version", async (t) => {
  const { stdout } = await exec('rpm', ['--version']);
  assert.equal(stdout.trim(), `RPM version ${builder.rpm}`);
  const tools = await toolVersions('x86_64', builder);
  assert.deepEqual([tools.builder, tools.rpm], [builder.digest, builder.rpm]);

  const asked = request({ packages: ['tool'] });
  const pins = await world.solve(asked, builder);
  assert.deepEqual(pins, await world.solve(asked));
  await world.download(pins, builder);
  assert.equal(await newestDate(pins, world.store, 'rpm', builder), rpmDate);
  const [one, other] = [await build(t, pins, builder), await build(t, pins)];
  assert.equal(one.message, undefined, `${one.detail}\n${one.log}`);
  assert.deepEqual(one.files, other.files);
  assert.equal(one.digest, other.digest);

  const greeting = await world.solve(request({ packages: ['greeter'] }), builder);
  await world.download(greeting, builder);
  assert.equal((await build(t, greeting, builder)).motd, 'the builder');
  assert.deepEqual((await readdir(path.join(builder.root, 'home'))).sort(), []);

  // From a server, and from one whose packages somebody else signed.
  const uri = await serveOnLoopback(t, async ({ url = '' }, response) => {
    const content = await readFile(path.join(shared, 'repo', new URL(url, 'http://x').pathname)).catch(
      () => undefined,
    );
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  const far = createWorld(path.join(shared, 'far'), { base: { ...address, uri } });
  assert.deepEqual(await far.solve(asked, builder), pins);
  await far.download(pins, builder);
  const wrong = createWorld(path.join(shared, 'wrong'), { base: { ...address, keyring: stranger.keyring } });
  const isInvalid = (error: unknown) => error instanceof AperiodicError && error.code === 'invalid';
  await assert.rejects(wrong.solve(asked, builder), isInvalid);
  await assert.rejects(wrong.download(pins, builder), isInvalid);
});

test('a builder without dnf is told, and this machine does not step in', async () => {
  const root = path.join(shared, 'without');
  await exec('cp', ['-al', builder.root, root]);
  await rm(path.join(root, 'usr/lib/python3/dist-packages/dnf'), { recursive: true });
  const lacking = world.solve(request({ packages: ['tool'] }), { ...builder, root });
  const isMissing = (error: unknown) => error instanceof AperiodicError && error.code === 'missing-tool';
  await assert.rejects(
    lacking,
    (error) => isMissing(error) && /lacks dnf's Python modules/.test(String(error)),
  );
});
