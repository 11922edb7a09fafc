/** LXD's own client reads what we publish, over https, and takes nothing that was changed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { version } from '../support/candidate.ts';
import { makeKey } from '../support/openpgp.ts';
import { serveOnLoopback } from '../support/serve-on-loopback.ts';
import { makeStreamMirror } from '../support/stream-mirror.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = await makeKey('releases');
const run = promisify(execFile);

/** A certificate for this machine that nobody else signed. */
async function makeCertificate(folder: string) {
  const files = { key: path.join(folder, 'tls.key'), cert: path.join(folder, 'tls.pem') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const names = ['-subj', '/CN=tests', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', ...curve, '-keyout', files.key, '-out', files.cert, ...names]);
  return { ...files, tls: { key: await readFile(files.key), cert: await readFile(files.cert) } };
}

/** The mirror over https, and the client with a home of its own, to which it is the remote `ours`. */
async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const mirror = await makeStreamMirror(folder, key);
  const { cert, tls } = await makeCertificate(folder);
  const server = createServer(tls, (request, response) => {
    const file = path.join(mirror.root, path.posix.normalize(decodeURIComponent(request.url ?? '/')));
    stat(file).then(
      ({ size }) => createReadStream(file).pipe(response.writeHead(200, { 'content-length': size })),
      () => response.writeHead(404).end(),
    );
  });
  const address = (await serveOnLoopback(t, server)).replace('http:', 'https:');
  const home = path.join(folder, 'home');
  await mkdir(path.join(home, 'lxc'), { recursive: true });
  // Neither a server of LXD on this machine nor its user's settings play a part.
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LXD_CONF: path.join(home, 'lxc'),
    LXD_DIR: path.join(home, 'none'),
    SSL_CERT_FILE: cert,
  };
  const lxc = async (...args: string[]) => {
    try {
      const { stdout } = await run('lxc', args, { cwd: folder, env, timeout: 60_000 });
      return { code: 0, stdout, stderr: '' };
    } catch (error) {
      const { code = 1, stdout = '', stderr = '' } = Object(error);
      return { code, stdout: String(stdout), stderr: String(stderr) };
    }
  };
  const added = await lxc('remote', 'add', 'ours', address, '--protocol', 'simplestreams');
  assert.equal(added.code, 0, added.stderr);
  return { ...mirror, folder, lxc };
}

test('lxc lists our images as virtual machines, finds them by alias, and exports both files', async (t) => {
  const { root, folder, lxc, pathOf, fingerprintOf } = await setUp(t);
  const list = await lxc('image', 'list', 'ours:', '--format', 'json');
  assert.equal(list.code, 0, list.stderr);
  const images: Record<string, unknown>[] = JSON.parse(list.stdout);
  const fingerprints = { x86_64: await fingerprintOf('amd64'), aarch64: await fingerprintOf('arm64') };
  const found = Object.fromEntries(
    images.map(({ architecture, fingerprint }) => [architecture, fingerprint]),
  );
  assert.deepEqual([found, images.length], [fingerprints, 2]);
  for (const image of images) {
    const { os, release, serial, variant, type } = Object(image.properties);
    assert.deepEqual(
      [image.type, os, release, serial, variant, type],
      ['virtual-machine', 'debian', '12', version, 'cloud-base', 'disk1.img'],
    );
  }
  for (const alias of ['debian/12/amd64', 'debian/12/cloud-base/amd64']) {
    const info = await lxc('image', 'info', `ours:${alias}`, '--vm');
    assert.match(info.stdout, new RegExp(`^Fingerprint: ${fingerprints.x86_64}\n`), info.stderr);
    assert.match(info.stdout, /^Type: virtual-machine$/m);
  }
  const out = path.join(folder, 'out');
  await mkdir(out);
  const exported = await lxc('image', 'export', `ours:${fingerprints.x86_64}`, out);
  assert.equal(exported.code, 0, exported.stderr);
  const contents = await Promise.all((await readdir(out)).map((name) => readFile(path.join(out, name))));
  for (const ending of ['lxd.tar.xz', 'qcow2']) {
    const content = await readFile(path.join(root, pathOf('amd64', ending)));
    assert.ok(
      contents.some((one) => one.equals(content)),
      ending,
    );
  }
});

test('lxc refuses a disk or a tarball that was changed', async (t) => {
  const { root, folder, lxc, pathOf, fingerprintOf } = await setUp(t);
  const [wanted, other] = [await fingerprintOf('amd64'), await fingerprintOf('arm64')];
  for (const ending of ['qcow2', 'lxd.tar.xz']) {
    const file = path.join(root, pathOf('amd64', ending));
    const content = await readFile(file);
    const changed = Buffer.from(content);
    changed[content.length - 1] = (changed[content.length - 1] ?? 0) ^ 1;
    await writeFile(file, changed);
    const out = path.join(folder, ending);
    await mkdir(out);
    const refused = await lxc('image', 'export', `ours:${wanted}`, out);
    assert.notEqual(refused.code, 0, ending);
    assert.match(refused.stderr, /[Hh]ash mismatch/);
    const { code, stderr } = await lxc('image', 'export', `ours:${other}`, out);
    assert.equal(code, 0, `the other image is as it was: ${stderr}`);
    await writeFile(file, content);
  }
});
