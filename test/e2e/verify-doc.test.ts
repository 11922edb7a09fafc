/** The commands of docs/verify.md, run as they are written there against a release that GnuPG signed. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { exec } from '../../scripts/adapters/host/exec.ts';
import { checksumFileName, renderChecksums } from '../../scripts/render/checksum.ts';
import { renderDocuments } from '../../scripts/render/documents.ts';
import { digestOf, stream, version } from '../support/candidate.ts';
import { makeCommittedImage, pinsFile, readCommitted } from '../support/committed-image.ts';
import { git } from '../support/git.ts';
import { createGpg, type Gpg } from '../support/gpg.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const signer = 'Throw-away <images@example.org>';
const stranger = 'Stranger <stranger@example.org>';
const expired = 'Expired <expired@example.org>';
const ami = 'ami-0123456789abcdef0';

interface World {
  home: string;
  /** The folder of the release on a mirror. */
  folder: string;
  checksum: string;
  gpg: Gpg;
}

test('a good release passes, and shows what is in it', async (t) => {
  const { home, folder } = await makeWorld(t);
  const { code, output } = await runDocument(home, folder);
  assert.equal(code, 0, output);
  for (const shown of [
    'Debian-Cloud-Base-12-20261122.0.amd64.qcow2: OK',
    'Debian-Cloud-Base-12-20261122.0.amd64.provenance.json: OK',
    `${version} amd64 eu-central-1 ${ami}`,
    'openssh-server 1:',
    'pkg:deb/debian/openssh-server@1:',
    'kickstarts/debian-cloud-base.ks',
    'bios hello: passed',
  ]) {
    assert.ok(output.includes(shown), `${shown} is not in\n${output.slice(0, 2000)}`);
  }
});

test('a flipped byte in any file, another key, an expired key and an older document are refused', async (t) => {
  const { home, folder, checksum, gpg } = await makeWorld(t);
  const streamFile = path.join(folder, '../stream.sjson');
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  for (const file of [...files, streamFile]) {
    await withFile(file, flipByte, async () =>
      assert.notEqual((await runDocument(home, folder)).code, 0, file),
    );
  }
  const text = await signedText(folder, checksum);
  for (const user of [stranger, expired]) {
    const replace = async () => Buffer.from(await gpg.clearSign(user, text));
    await withFile(path.join(folder, checksum), replace, async () =>
      assert.notEqual((await runDocument(home, folder)).code, 0, user),
    );
  }
  const around = (bytes: Buffer) =>
    Buffer.concat([Buffer.from(`SHA256 (added) = ${digestOf('added')}\n`), bytes]);
  await withFile(path.join(folder, checksum), around, async () => {
    const { output } = await runDocument(home, folder);
    assert.equal(output.includes('added'), false);
  });
  assert.equal((await runDocument(home, folder)).code, 0);
  const older = async () => Buffer.from(await gpg.clearSign(signer, streamDocument(2)));
  await writeFile(path.join(folder, 'serial-seen'), '3\n');
  await withFile(streamFile, older, async () =>
    assert.notEqual((await runDocument(home, folder, false)).code, 0, 'an older serial'),
  );
});

async function makeWorld(t: TestContext): Promise<World> {
  const home = await temporaryFolder(t);
  const gpg = await createGpg(t);
  for (const user of [signer, stranger]) await gpg.addKey(user);
  await gpg.addKey(expired, '2021-01-01');
  const commit = await makeClone(path.join(home, 'images'), gpg);
  const folder = path.join(home, 'mirror', stream, version);
  await mkdir(folder, { recursive: true });
  const tested = await makeCommittedImage();
  tested.built.job.commit = commit;
  const entries: { name: string; size: number; sha256: string }[] = [];
  const put = async (name: string, text: string) => {
    await writeFile(path.join(folder, name), text);
    entries.push({ name, size: text.length, sha256: digestOf(text) });
  };
  // The digests that the fixture gives its files are those of their names.
  for (const { name } of tested.built.artifacts) await put(name, name);
  for (const { name, text } of renderDocuments({ tested }, '2026-11-22T00:00:00Z')) await put(name, text);
  const [disk] = entries
    .filter(({ name }) => name.endsWith('.qcow2'))
    .map(({ name }) => path.join(folder, name));
  assert.ok(disk !== undefined);
  await writeFile(`${disk}.asc`, await gpg.detach(signer, disk));
  const checksum = checksumFileName(tested.built.job.name, version);
  await writeFile(path.join(folder, checksum), await gpg.clearSign(signer, renderChecksums(entries)));
  await writeFile(path.join(folder, '../stream.sjson'), await gpg.clearSign(signer, streamDocument(3)));
  return { home, folder, checksum, gpg };
}

/** A repository with the committed pins, and the public keys that a reader trusts. @returns its commit */
async function makeClone(root: string, gpg: Gpg): Promise<string> {
  await mkdir(path.join(root, path.dirname(pinsFile)), { recursive: true });
  await mkdir(path.join(root, 'releases/keys'));
  await writeFile(path.join(root, pinsFile), await readCommitted(pinsFile));
  for (const [name, user] of [['one', signer] as const, ['two', expired] as const])
    await writeFile(path.join(root, `releases/keys/${name}.asc`), await gpg.publicKey(user));
  await git(root, 'init', '--quiet');
  await git(root, 'add', '--all');
  await git(root, 'commit', '--quiet', '--message', 'Pins and keys');
  return await git(root, 'rev-parse', 'HEAD');
}

function streamDocument(serial: number): string {
  const images = [{ region: 'eu-central-1', architecture: 'amd64', ami, state: 'public' }];
  const releases = [{ version, state: 'live', images }];
  return JSON.stringify({ format: 'aperiodic:stream:1', stream, serial, latest: version, releases });
}

/** Everything between ```sh and ```, as one script. Leaves the folder as it was, but for the serial when told. */
async function runDocument(
  home: string,
  folder: string,
  forget = true,
): Promise<{ code: number; output: string }> {
  const document = await readCommitted('docs/verify.md');
  const blocks = [...document.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  assert.ok(blocks.length >= 8);
  const { exitCode, stdout, stderr } = await exec('bash', ['-euo', 'pipefail', '-s'], {
    input: blocks.join(''),
    cwd: folder,
    env: { HOME: home, PATH: process.env.PATH ?? '' },
    accept: Array.from({ length: 256 }, (_, code) => code),
  });
  const made = ['keyring.gpg', 'digests.txt', 'stream.json', ...(forget ? ['serial-seen'] : [])];
  for (const name of made) await rm(path.join(folder, name), { force: true });
  return { code: exitCode, output: stdout + stderr };
}

async function signedText(folder: string, checksum: string): Promise<string> {
  const text = await readFile(path.join(folder, checksum), 'utf8');
  return text.slice(text.indexOf('\n\n') + 2, text.indexOf('-----BEGIN PGP SIGNATURE-----'));
}

/** Changes a file, does something, and puts the file back. */
async function withFile(
  file: string,
  change: (bytes: Buffer) => Buffer | Promise<Buffer>,
  then: () => Promise<void>,
): Promise<void> {
  const before = await readFile(file);
  await writeFile(file, await change(Buffer.from(before)));
  await then();
  await writeFile(file, before);
}

function flipByte(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
  return bytes;
}
