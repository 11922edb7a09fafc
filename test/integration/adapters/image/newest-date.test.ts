import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createImageBuilder, toolVersions } from '../../../../scripts/adapters/image/builder.ts';
import { newestDate } from '../../../../scripts/adapters/image/package-date.ts';
import { createDirectoryStore } from '../../../../scripts/adapters/store/directory.ts';
import type { Job, Pin } from '../../../../scripts/model/types.generated.ts';
import { smallSpec } from '../../../adapters/image/small-spec.ts';
import { makeDeb, packageDate } from '../../../support/deb-repository.ts';
import { createFakeTask } from '../../../support/fake-log.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const store = createDirectoryStore(path.join(folder, 'store'));
  const add = async (name: string, content: Buffer | string): Promise<Pin> => {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await writeFile(path.join(folder, name), content);
    await store.add(path.join(folder, name), sha256);
    const size = Buffer.byteLength(content);
    return { name, version: '1', architecture: 'all', size, sha256, repository: 'test', path: name };
  };
  return { folder, store, add };
}

/** The global header and the first member's, as ar(5) lays them out. */
const header = (name: string, date: number | string) =>
  `!<arch>\n${name.padEnd(16)}${String(date).padEnd(12)}0     0     100644  4         \`\n2.0\n`;

test('is the newest date of the members, in whatever order', async (t) => {
  const { folder, store, add } = await setUp(t);
  const pins = [
    await add('a', header('debian-binary', 1_600_000_000)),
    await add('b', header('debian-binary/', 1_650_000_000)),
    await add('c', header('debian-binary', 5)),
  ];
  assert.equal(await newestDate(pins, store, 'deb'), 1_650_000_000);
  assert.equal(await newestDate(pins.reverse(), store, 'deb'), 1_650_000_000);
  const real = await makeDeb(folder, 'real');
  await add('real', await readFile(path.join(folder, real.path)));
  assert.equal(await newestDate([real], store, 'deb'), packageDate);
});

test('what is not a Debian package, or not in the store, is named', async (t) => {
  const { store, add } = await setUp(t);
  for (const content of [
    '',
    '!<arch>\n',
    header('control.tar', 1),
    header('debian-binary', 'x'),
    '\x7fELF'.padEnd(80),
  ]) {
    const pin = await add('odd', content);
    await assert.rejects(newestDate([pin], store, 'deb'), {
      code: 'digest-mismatch',
      message: 'odd is not a Debian package',
    });
  }
  const pin = { ...(await add('gone', 'x')), sha256: '0'.repeat(64) };
  await assert.rejects(newestDate([pin], store, 'deb'), {
    code: 'not-found',
    message: /gone 1 is not in the store/,
  });
});

test('a build is refused when the clock is behind the newest package, before anything is made', async (t) => {
  const { folder, store, add } = await setUp(t);
  const packages = [await add('future', header('debian-binary', Math.floor(Date.now() / 1000) + 3600))];
  const request = {
    repositories: ['test'],
    core: false,
    weakDependencies: false,
    packages: [],
    excluded: [],
  };
  const job: Job = {
    stream: 'test/small',
    name: 'Small',
    version: '20260101.0',
    content: '0'.repeat(64),
    commit: '0'.repeat(40),
    architecture: 'amd64',
    payload: 'deb',
    formats: ['qcow2'],
    limits: { downloadMiB: 1, usedMiB: 1 },
    kickstart: [],
    pins: { architecture: 'amd64', request, packages },
    targets: { mirrors: [] },
  };
  const out = path.join(folder, 'out');
  await mkdir(out);
  const builder = createImageBuilder({ storeFolder: path.join(folder, 'store') });
  const wanted = { job, spec: smallSpec(), baseName: 'small', folder: out };
  await assert.rejects(builder.build(wanted, store, createFakeTask()), {
    code: 'build-failed',
    message: /clock is behind the newest package/,
  });
});

test('versions of the tools that shape the bytes are known', async () => {
  const tools = await toolVersions('amd64');
  for (const name of ['e2fsprogs', 'mmdebstrap', 'qemu-utils', 'zstd'])
    assert.match(tools[name] ?? '', /^\d/, name);
});
