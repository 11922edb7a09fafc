/** The Registry port against a real registry: what is brought there is pulled back by a client of others. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { createRegistry } from '../../../../scripts/adapters/registry/skopeo.ts';
import { digestOfText, renderIndex } from '../../../../scripts/model/container/oci.ts';
import type { ErrorCode } from '../../../../scripts/model/errors.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { ContainerRelease } from '../../../../scripts/ports.ts';
import { makeSmallImage, startRegistry } from '../../../support/container-registry.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const repository = 'testix-1/container-base';
const isCode = (code: ErrorCode) => (error: unknown) =>
  error instanceof AperiodicError && error.code === code;

async function makeRelease(folder: string, version: string): Promise<ContainerRelease> {
  const images = [];
  for (const architecture of ['amd64', 'arm64'] as const)
    images.push(await makeSmallImage(path.join(folder, architecture), architecture, version));
  const manifests = images.map(({ manifest }) => manifest);
  const digest = digestOfText(renderIndex(manifests, version));
  return { version, digest, manifests, archives: images.map(({ archive }) => archive) };
}

async function newFolder(t: TestContext): Promise<string> {
  return await temporaryFolder(t);
}

test('an index of two architectures is pushed by digest, tagged, and pulled back the same', async (t) => {
  const folder = await newFolder(t);
  const server = await startRegistry(t, path.join(folder, 'registry'));
  const registry = createRegistry('primary', { uri: `${server.uri}/images/` });
  const release = await makeRelease(path.join(folder, 'one'), '20260102.0');
  assert.equal(await registry.resolve(repository, release.digest), undefined);
  assert.equal(await registry.resolve(repository, 'latest'), undefined);

  await registry.push(repository, release, path.join(folder, 'work'));
  assert.equal(await registry.resolve(repository, release.digest), release.digest);
  const list = async () => {
    const answer = await fetch(`${server.uri}/v2/images/${repository}/tags/list`);
    const { tags = [] } = JSON.parse(await answer.text());
    return tags ?? [];
  };
  assert.deepEqual(await list(), [], 'no tag leads to it yet');

  await registry.tag(repository, release.version, release.digest);
  await registry.tag(repository, 'latest', release.digest);
  assert.deepEqual((await list()).sort(), ['20260102.0', 'latest']);
  assert.equal(await registry.resolve(repository, 'latest'), release.digest);

  const pulled = path.join(folder, 'pulled');
  const source = `docker://${server.host}/images/${repository}:latest`;
  await exec('skopeo', [
    '--insecure-policy',
    'copy',
    '--all',
    '--quiet',
    '--src-tls-verify=false',
    source,
    `oci:${pulled}:x`,
  ]);
  const [entry] = JSON.parse(await readFile(path.join(pulled, 'index.json'), 'utf8')).manifests;
  assert.equal(entry.digest, release.digest);
  const inspected = await exec('skopeo', ['inspect', '--raw', '--tls-verify=false', source]);
  const seen = JSON.parse(inspected.stdout).manifests.map(
    ({ digest, platform }: { digest: string; platform: { architecture: string } }) => [
      platform.architecture,
      digest,
    ],
  );
  assert.deepEqual(
    seen,
    release.manifests.map(({ architecture, digest }) => [architecture, digest]),
  );

  // The next release moves the tag, and the first stays there by its digest and version.
  const next = await makeRelease(path.join(folder, 'two'), '20260103.0');
  await registry.push(repository, next, path.join(folder, 'work2'));
  await registry.tag(repository, 'latest', next.digest);
  assert.equal(await registry.resolve(repository, 'latest'), next.digest);
  assert.equal(await registry.resolve(repository, '20260102.0'), release.digest);

  // Again: no blob is sent.
  const before = server.writes().length;
  await registry.push(repository, next, path.join(folder, 'work3'));
  assert.deepEqual(
    server
      .writes()
      .slice(before)
      .filter((write) => !write.includes('/manifests/')),
    [],
  );
});

test('what a registry or a release has wrong is told', async (t) => {
  const folder = await newFolder(t);
  const server = await startRegistry(t, path.join(folder, 'registry'));
  const release = await makeRelease(path.join(folder, 'one'), '20260102.0');
  const registry = createRegistry('primary', { uri: server.uri });
  await assert.rejects(registry.tag(repository, 'latest', release.digest), isCode('not-found'));
  const [first, ...rest] = release.archives;
  assert.ok(first !== undefined && rest.length === 1);
  const work = path.join(folder, 'work');
  await assert.rejects(
    registry.push(repository, { ...release, archives: [first] }, work),
    isCode('digest-mismatch'),
  );
  await assert.rejects(
    createRegistry('gone', { uri: 'http://127.0.0.1:1' }).resolve(repository, 'latest'),
    isCode('unreachable'),
  );
  assert.throws(() => createRegistry('far', { uri: 'http://registry.example.org' }), isCode('invalid'));
});

test('logins come from a file, and are in no message', async (t) => {
  const folder = await newFolder(t);
  // bcrypt of the password of this test alone.
  const hash = '$2y$05$';
  const made = await exec('python3', [
    '-c',
    'import crypt; print(crypt.crypt("secret-of-a-test", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))',
  ]);
  assert.ok(made.stdout.startsWith('$2b$') || made.stdout.startsWith(hash));
  const server = await startRegistry(t, path.join(folder, 'registry'), `pusher:${made.stdout.trim()}\n`);
  const logins = async (name: string, password: string) => {
    const file = path.join(folder, `${name}.json`);
    const auth = Buffer.from(`pusher:${password}`).toString('base64');
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify({ auths: { [server.host]: { auth } } }), { mode: 0o600 });
    return file;
  };
  const release = await makeRelease(path.join(folder, 'one'), '20260102.0');
  const wrong = createRegistry('primary', {
    uri: server.uri,
    authFile: await logins('wrong', 'other-secret'),
  });
  await assert.rejects(wrong.push(repository, release, path.join(folder, 'a')), (error) => {
    assert.ok(isCode('denied')(error), String(error));
    assert.doesNotMatch(JSON.stringify(error), /secret/);
    return true;
  });
  const right = createRegistry('primary', {
    uri: server.uri,
    authFile: await logins('right', 'secret-of-a-test'),
  });
  // One that the environment gives comes before that of the file.
  const given = createRegistry(
    'primary',
    { uri: server.uri, authFile: await logins('old', 'other-secret') },
    { user: 'pusher', password: 'secret-of-a-test' },
  );
  assert.equal(await given.resolve(repository, 'latest'), undefined);
  await right.push(repository, release, path.join(folder, 'b'));
  await right.tag(repository, 'latest', release.digest);
  assert.equal(await right.resolve(repository, 'latest'), release.digest);
});
