/** A builder image from a real registry to its files, and what is refused on the way. Images are a few files. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { createBuilders } from '../../../../scripts/adapters/builder-image/builders.ts';
import type { RegistryLogins } from '../../../../scripts/adapters/builder-image/pull.ts';
import { findStored, machine } from '../../../../scripts/adapters/builder-image/stored.ts';
import { unpackImage } from '../../../../scripts/adapters/builder-image/unpack.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { statOf } from '../../../../scripts/adapters/host/files.ts';
import { createDirectoryStore } from '../../../../scripts/adapters/store/directory.ts';
import { AperiodicError, type ErrorCode } from '../../../../scripts/model/errors.ts';
import {
  type Compression,
  type LayoutOptions,
  packFolder,
  pushLayout,
  writeLayout,
} from '../../../support/builder-image.ts';
import { startRegistry } from '../../../support/container-registry.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const shared = await temporaryFolder({ after });
const registry = await startRegistry({ after }, path.join(shared, 'registry'));
const logins = { registries: {} };
const is = (code: ErrorCode, text: RegExp) => (error: unknown) =>
  error instanceof AperiodicError && error.code === code && text.test(error.message);

let count = 0;
async function newFolder(): Promise<string> {
  const folder = path.join(shared, String(++count));
  await mkdir(folder);
  return folder;
}

/** Layers by content of their files; a name that ends in a slash is a folder, `-> target` as content is a link. */
async function makeImage(
  layers: readonly (readonly [Compression, Record<string, string>])[],
  options: LayoutOptions = {},
): Promise<{ layout: string; digest: string }> {
  const folder = await newFolder();
  const tars = [];
  for (const [at, [compression, files]] of layers.entries()) {
    const root = path.join(folder, `root-${at}`);
    for (const [name, content] of Object.entries(files)) {
      const full = path.join(root, name);
      await mkdir(name.endsWith('/') ? full : path.dirname(full), { recursive: true });
      const [, target] = /^-> (.*)$/.exec(content) ?? [];
      if (target !== undefined) await symlink(target, full);
      else if (!name.endsWith('/')) await writeFile(full, content, { mode: 0o4755 });
    }
    tars.push({ tar: await packFolder(root, path.join(folder, `${at}.tar`)), compression });
  }
  const layout = path.join(folder, 'layout');
  return { layout, digest: await writeLayout(layout, tars, options) };
}

const system = { 'usr/bin/rpm': 'no program', 'etc/': '' };

async function newWorld() {
  const folder = await newFolder();
  const store = createDirectoryStore(path.join(folder, 'store'));
  const builders = createBuilders({ cache: path.join(folder, 'cache'), logins });
  const notes: string[] = [];
  const files = async () => {
    const { stdout } = await exec('find', [folder, '-type', 'f']);
    return stdout.split('\n').filter((line) => line !== '');
  };
  return { folder, store, builders, notes, task: createFakeTask(notes), files };
}

test('an image comes by digest, once, and its layers become one root that nothing leads out of', async () => {
  const outside = path.join(shared, 'outside');
  await mkdir(outside);
  const image = await makeImage(
    [
      [
        'gzip',
        {
          ...system,
          'usr/gone': 'x',
          'usr/old/a': 'a',
          'etc/out': `-> ${outside}`,
          'etc/resolv.conf': '-> /run/x',
        },
      ],
      ['zstd', { 'usr/.wh.gone': '', 'usr/old/.wh..wh..opq': '', 'usr/old/b': 'b' }],
      ['none', { 'etc/out/evil': 'evil' }],
    ],
    { index: ['riscv64'] },
  );
  const reference = await pushLayout(registry, image.layout, image.digest);
  const { folder, store, builders, notes, task } = await newWorld();
  await builders.fetch(reference, store, task);
  assert.deepEqual(notes, ['note task: downloading the builder image']);
  await builders.fetch(reference, store, task);
  assert.equal(notes.length, 1, 'the store has it');
  const stored = await findStored(reference, store);
  assert.ok(stored !== undefined);
  const root = await unpackImage(stored, reference, await newFolder());
  assert.deepEqual((await readdir(path.join(root, 'usr'))).sort(), ['bin', 'old']);
  assert.deepEqual(await readdir(path.join(root, 'usr/old')), ['b']);
  assert.deepEqual(await readdir(outside), []);
  assert.equal(await readFile(path.join(root, 'etc/resolv.conf'), 'utf8'), '');
  assert.equal(((await statOf(path.join(root, 'usr/bin/rpm')))?.mode ?? 0) & 0o7777, 0o755);
  // A layer that went bad in the store is brought again.
  const [last] = stored.layers.slice(-1);
  assert.ok(last !== undefined);
  await writeFile(last.path, 'damaged');
  await builders.fetch(reference, store, task);
  assert.equal(notes.length, 2);
  assert.deepEqual(await readdir(path.join(folder, 'store/tmp')), []);
});

test('what a registry does not have, or has for other machines, is told, and nothing comes into the store', async () => {
  const { store, builders, task, files } = await newWorld();
  const fetch = (reference: string) => builders.fetch(reference, store, task);
  const absent = `sha256:${'ab'.repeat(32)}`;
  await assert.rejects(
    fetch(`${registry.host}/aperiodic/builder@${absent}`),
    is('not-found', /does not have it/),
  );
  await assert.rejects(fetch(`127.0.0.1:1/aperiodic/builder@${absent}`), is('unreachable', /127\.0\.0\.1:1/));
  await assert.rejects(fetch(`--version/x@${absent}`), is('invalid', /does not name a builder/));

  const other = await makeImage([['none', system]], { architecture: 'riscv64', index: ['s390x'] });
  const reference = await pushLayout(registry, other.layout, other.digest);
  const text = new RegExp(`not for linux/${machine}.*linux/riscv64, linux/s390x`);
  await assert.rejects(fetch(reference), is('not-found', text));
  assert.deepEqual(await files(), []);

  const alone = await makeImage([['none', system]], { architecture: 'riscv64' });
  const single = await pushLayout(registry, alone.layout, alone.digest);
  await assert.rejects(fetch(single), is('not-found', /it is for linux\/riscv64/));
});

test('a registry that gives other bytes than it was asked for is told', async () => {
  const image = await makeImage([['none', { ...system, 'usr/x': 'right' }]]);
  const reference = await pushLayout(registry, image.layout, image.digest);
  const manifest = JSON.parse(
    await readFile(path.join(image.layout, 'blobs/sha256', image.digest.slice(7)), 'utf8'),
  );
  const [{ digest }] = manifest.layers;
  const blob = path.join(
    shared,
    'registry/content/docker/registry/v2/blobs/sha256',
    digest.slice(7, 9),
    digest.slice(7),
    'data',
  );
  const right = await readFile(blob);
  await writeFile(blob, Buffer.concat([right.subarray(0, -1), Buffer.from('!')]));
  const { store, builders, task, files } = await newWorld();
  await assert.rejects(
    builders.fetch(reference, store, task),
    is('digest-mismatch', /nothing of it is used/),
  );
  assert.deepEqual(await files(), []);
  await rm(path.dirname(blob), { recursive: true });
});

test('a login goes to the registry that configuration names, and to no other', async (t) => {
  const image = await makeImage([['none', { ...system, 'usr/secret': 'of many' }]]);
  await pushLayout(registry, image.layout, image.digest);
  const made = await exec('python3', [
    '-c',
    'import crypt; print(crypt.crypt("secret-of-a-test", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))',
  ]);
  // The same content, behind a password.
  const closed = await startRegistry(t, path.join(shared, 'registry'), `puller:${made.stdout.trim()}\n`);
  const reference = `${closed.host}/aperiodic/builder@${image.digest}`;
  const given = { user: 'puller', password: 'secret-of-a-test' };
  const authFile = path.join(await newFolder(), 'auth.json');
  const auth = Buffer.from('puller:secret-of-a-test').toString('base64');
  await writeFile(authFile, JSON.stringify({ auths: { [closed.host]: { auth } } }), { mode: 0o600 });
  const use = async (used: RegistryLogins) => {
    const { folder, store, task } = await newWorld();
    await createBuilders({ cache: folder, logins: used }).fetch(reference, store, task);
  };
  const denied = (error: unknown) => {
    assert.ok(is('denied', /does not let these credentials/)(error), String(error));
    assert.doesNotMatch(JSON.stringify(error), /secret-of/);
    return true;
  };
  await assert.rejects(use({ registries: {} }), denied);
  await assert.rejects(use({ registries: { other: { uri: registry.uri } }, given }), denied);
  await use({ registries: { primary: { uri: `${closed.uri}/images` } }, given });
  await use({ registries: { primary: { uri: closed.uri, authFile } } });
});

test('images that are no builders are refused when they are opened', async () => {
  const cases: [Parameters<typeof makeImage>, ErrorCode, RegExp][] = [
    [[[['none', system]]], 'missing-tool', /has no \/usr\/bin\/rpmdb/],
    [[[['none', { 'usr/bin/bash': '' }]]], 'invalid', /holds no system: it has no \/etc/],
    [[[['none', { 'usr/x': '', etc: '-> /etc' }]]], 'invalid', /it has no \/etc/],
    [
      [[['none', { ...system, 'usr/bin/rpmdb': '', 'usr/bin/rpmkeys': '', bin: '-> ../../bin' }]]],
      'invalid',
      /\/bin of the builder image is a link/,
    ],
    [
      [[['none', { ...system, 'usr/bin/rpmdb': '', 'usr/bin/rpmkeys': '' }]]],
      'missing-tool',
      /rpm of the builder image .* does not run/,
    ],
    [
      [[['gzip', system]], { layers: () => [`sha256:${'cd'.repeat(32)}`] }],
      'digest-mismatch',
      /not what its configuration says/,
    ],
    [[[['none', { ...system, '.wh...': '' }]]], 'invalid', /cannot be unpacked/],
    [[[['none', system]], { layers: (all) => [...all, ...all] }], 'invalid', /does not name its layers/],
  ];
  for (const [given, code, text] of cases) {
    const { store, builders, task } = await newWorld();
    const image = await makeImage(...given);
    const reference = await pushLayout(registry, image.layout, image.digest);
    await assert.rejects(builders.open(reference, store, task), is('not-found', /run fetch first/));
    const used = builders.fetch(reference, store, task).then(() => builders.open(reference, store, task));
    await assert.rejects(used, is(code, text), String(text));
  }
});
