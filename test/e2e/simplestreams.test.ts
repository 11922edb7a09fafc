/** The reference implementation of simplestreams reads what we publish, by gpgv. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { createService } from '../../scripts/adapters/service/service.ts';
import type { Catalog } from '../../scripts/model/catalog/catalog.ts';
import { base, container, loadFixture, versions } from '../model/catalog/catalog-fixture.ts';
import { makeKey, writeGpgvKeyring } from '../support/openpgp.ts';
import { put, writePublished } from '../support/published-folder.ts';
import { pythonOfTests } from '../support/python.ts';
import { renderApi, renderSimplestreams } from '../support/render-data.ts';
import { serveFolder } from '../support/serve-folder.ts';
import { makeStreamMirror } from '../support/stream-mirror.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const key = await makeKey('releases');
const stranger = await makeKey('somebody else');
const tool = (name: string) => path.join(path.dirname(pythonOfTests()), name);
const index = 'streams/v1/index.sjson';
/** As the reference implementation says that gpgv did not take a signature. */
const refused = /'gpgv', .* returned non-zero exit status [12]/;

/** The catalog with files that are there: of each, its name. */
async function withFiles(root: string): Promise<Catalog> {
  const { streams } = await loadFixture();
  for (const { releases } of streams)
    for (const { record, mirrors } of releases) {
      const tarballs = (record.documents ?? []).filter(({ kind }) => kind === 'lxd-metadata');
      for (const file of [...record.architectures.flatMap(({ artifacts }) => artifacts), ...tarballs]) {
        file.sha256 = createHash('sha256').update(file.name).digest('hex');
        file.size = file.name.length;
        if (mirrors[0] !== undefined) await put(root, `${mirrors[0].path}/${file.name}`, file.name);
      }
    }
  return { streams };
}

type Run = (name: string, ...args: string[]) => Promise<{ code: number; stdout: string; stderr: string }>;

function runIn(folder: string): Run {
  return async (name, ...args) => {
    try {
      const { stdout } = await promisify(execFile)(tool(name), args, { cwd: folder });
      return { code: 0, stdout, stderr: '' };
    } catch (error) {
      const { code = 1, stdout = '', stderr = '' } = Object(error);
      return { code, stdout, stderr };
    }
  };
}

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const root = path.join(folder, 'mirror');
  const catalog = await withFiles(root);
  const files = renderSimplestreams(catalog, { prefix: 'org.example' });
  await writePublished(root, files, key);
  const { address } = await serveFolder(t, root);
  const keyring = await writeGpgvKeyring(path.join(folder, 'keys.gpg'), [key.publicArmored]);
  const run = runIn(folder);
  const query = (...args: string[]) => run('sstream-query', `--keyring=${keyring}`, ...args);
  return { folder, root, catalog, address, keyring, run, query };
}

test('sstream-query finds the newest AMI of a region, and files, by signed documents', async (t) => {
  const { address, query } = await setUp(t);
  const ami = await query(
    '--max=1',
    '--output-format=%(region)s %(version_name)s %(id)s',
    `${address}/${index}`,
    'arch=amd64',
    'os=testix',
    'variant=cloud-base',
    'region=eu-west-1',
  );
  assert.equal(ami.stdout, `eu-west-1 ${versions.current} ami-20261101000000001\n`, ami.stderr);
  const all = await query('--json', `${address}/${index}`, 'datatype=image-downloads');
  const items: Record<string, string>[] = JSON.parse(all.stdout);
  assert.deepEqual([...new Set(items.map((item) => item.version_name))].sort(), [
    versions.superseded,
    versions.current,
  ]);
  const first = items.find(({ ftype, arch }) => ftype === 'disk1.img' && arch === 'arm64');
  assert.equal(first?.item_url, `${address}/${first?.path}`);
  assert.match(first?.updated ?? '', /^\w{3}, \d{2} \w{3} 2026 10:00:00 \+0000$/);
});

test('sstream-mirror copies and checks files', async (t) => {
  const { folder, root, address, keyring, run } = await setUp(t);
  const copy = path.join(folder, 'copy');
  const { code, stderr } = await run(
    'sstream-mirror',
    `--keyring=${keyring}`,
    '--max=1',
    `${address}/${index}`,
    copy,
  );
  assert.equal(code, 0, stderr);
  for (const stream of [base, container]) {
    const name = path.basename(stream);
    const end = name === 'cloud-base' ? 'qcow2' : 'oci.tar';
    const file = `${stream}/${versions.current}/Testix-${name}-1-${versions.current}.amd64.${end}`;
    assert.equal(
      await readFile(path.join(copy, file), 'utf8'),
      await readFile(path.join(root, file), 'utf8'),
    );
  }
});

test('sstream-mirror reads from a mirror as promote leaves it', async (t) => {
  const folder = await temporaryFolder(t);
  const { root, pathOf } = await makeStreamMirror(folder, key);
  const { address } = await serveFolder(t, root);
  const keyring = await writeGpgvKeyring(path.join(folder, 'keys.gpg'), [key.publicArmored]);
  const copy = path.join(folder, 'copy');
  const args = [`--keyring=${keyring}`, `${address}/${index}`, copy];
  const { code, stderr } = await runIn(folder)('sstream-mirror', ...args);
  assert.equal(code, 0, stderr);
  for (const architecture of ['amd64', 'arm64'])
    for (const ending of ['qcow2', 'raw.zst', 'lxd.tar.xz']) {
      const file = pathOf(architecture, ending);
      assert.deepEqual(await readFile(path.join(copy, file)), await readFile(path.join(root, file)), file);
    }
});

test('sstream-mirror is led by the service to files that are on mirrors alone', async (t) => {
  const { folder, root, catalog, address, keyring, run } = await setUp(t);
  const site = path.join(folder, 'site');
  const options = { prefix: 'org.example', downloads: address };
  await writePublished(site, [...renderSimplestreams(catalog, options), ...renderApi(catalog, options)], key);
  const app = await createService({ folder: site, rate: 0, trustProxy: [] });
  t.after(() => app.close());
  const service = await app.listen({ host: '127.0.0.1', port: 0 });
  const copy = path.join(folder, 'copy');
  const args = [`--keyring=${keyring}`, '--max=1', `${service}/${index}`, copy];
  const { code, stderr } = await run('sstream-mirror', ...args, 'variant=cloud-base', 'arch=arm64');
  assert.equal(code, 0, stderr);
  const file = `${base}/${versions.current}/Testix-cloud-base-1-${versions.current}.arm64.qcow2`;
  assert.equal(await readFile(path.join(copy, file), 'utf8'), await readFile(path.join(root, file), 'utf8'));
});

test('what was changed is refused: an index, a document, a file; and what somebody else signed', async (t) => {
  const { folder, root, address, keyring, run, query } = await setUp(t);
  const text = await readFile(path.join(root, index), 'utf8');
  await put(root, index, text.replace('image-ids', 'image-idz'));
  assert.match((await query(`${address}/${index}`)).stderr, refused);
  await put(root, index, text);
  const document = 'streams/v1/org.example:aws:testix-1:cloud-base.sjson';
  const signed = await readFile(path.join(root, document), 'utf8');
  await put(root, document, signed.replace('ami-20261101000000001', 'ami-0bad0bad0bad0bad0'));
  const changed = await query('--max=1', `${address}/${index}`, 'datatype=image-ids');
  assert.match(changed.stderr, refused);
  assert.ok(!changed.stdout.includes('0bad0bad'));
  await put(root, document, signed);
  const file = `${base}/${versions.current}/Testix-cloud-base-1-${versions.current}.amd64.qcow2`;
  await put(root, file, (await readFile(path.join(root, file), 'utf8')).replace('Testix', 'Texxix'));
  const mirrored = await run(
    'sstream-mirror',
    `--keyring=${keyring}`,
    `${address}/${index}`,
    path.join(folder, 'copy'),
  );
  assert.notEqual(mirrored.code, 0);
  assert.match(mirrored.stderr, /checksum|sha256/i);
  const other = await writeGpgvKeyring(path.join(folder, 'other.gpg'), [stranger.publicArmored]);
  const { code, stderr } = await run('sstream-query', `--keyring=${other}`, `${address}/${index}`);
  assert.notEqual(code, 0);
  assert.match(stderr, refused);
});
