/** Signed documents of streams, by the command line as a user runs it. */
import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { verify } from '../../../../scripts/cli/verify.ts';
import { makeRecord, setWithdrawn } from '../../../../scripts/model/record.ts';
import { makeStreamDocument } from '../../../../scripts/model/stream-document.ts';
import type { StreamDocument } from '../../../../scripts/model/types.generated.ts';
import { renderStreamDocument } from '../../../../scripts/render/stream-document.ts';
import { runMain } from '../../../cli/run-main.ts';
import { imageOf } from '../../../model/plan/golden-case.ts';
import { makeSigned, stream } from '../../../support/candidate.ts';
import {
  at,
  day,
  gpgv,
  makeKey,
  signerOf,
  type TestKey,
  writeGpgvKeyring,
} from '../../../support/openpgp.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = await makeKey('releases');
const good = '20261122.0';
const bad = '20261121.0';
const region = 'eu-central-1';

function makeDocument(serial: number): StreamDocument {
  const records = [good, bad].map((version, index) => {
    const record = makeRecord({ candidate: makeSigned({ version }), mirrors: [] }, at);
    return { ...record, serial: serial - index, images: [imageOf(version, region)] };
  });
  const [first, second] = records;
  assert.ok(first !== undefined && second !== undefined);
  const withdrawn = { reason: 'It does not boot', at: '2026-11-21T12:00:00Z' };
  const document = makeStreamDocument([first, setWithdrawn(second, withdrawn, at)]);
  assert.ok(document !== undefined);
  return document;
}

async function setUp(t: TestContext) {
  const folder = await temporaryFolder(t);
  const keyring = path.join(folder, 'key.asc');
  await writeFile(keyring, key.publicArmored);
  const file = path.join(folder, 'stream.sjson');
  const state = path.join(folder, 'state/serials.json');
  const put = async (serial: number, by: TestKey = key, date = at) =>
    await writeFile(file, await signerOf(by).clearSign(renderStreamDocument(makeDocument(serial)), date));
  const run = async (...args: string[]) => {
    const all = ['verify', '--stream', file, '--keyring', keyring, '--state', state, '--json', ...args];
    const { code, stdout, stderr } = await runMain(all, { cwd: folder, commands: [verify] });
    return { code, json: stdout === '' ? undefined : JSON.parse(stdout), stderr };
  };
  return { folder, file, keyring, state, put, run };
}

test('a document is taken once its serial is not smaller than what was seen', async (t) => {
  const { folder, file, state, put, run } = await setUp(t);
  await put(5);
  const first = await run();
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual([first.json.document.serial, first.json.document.latest], [5, good]);
  assert.equal((await stat(state)).mode & 0o777, 0o600);
  assert.equal((await run()).code, 0);
  await put(4);
  const older = await run();
  assert.equal(older.code, 1);
  assert.match(JSON.stringify(older), /serial 4, but serial 5 .* was seen before/);
  await put(6);
  assert.equal((await run()).code, 0);
  assert.deepEqual(JSON.parse(await readFile(state, 'utf8')), { [stream]: 6 });
  const ring = await writeGpgvKeyring(path.join(folder, 'keys.gpg'), [key.publicArmored]);
  assert.equal((await gpgv(ring, file)).code, 0);
});

test('an AMI is live, withdrawn, or not of the stream', async (t) => {
  const { put, run } = await setUp(t);
  await put(5);
  const live = await run('--ami', imageOf(good, region).ami, '--region', region);
  assert.equal(live.code, 0, live.stderr);
  assert.deepEqual([live.json.image.version, live.json.image.latest], [good, true]);
  for (const [ami, place, words] of [
    [imageOf(bad, region).ami, region, /withdrawn: It does not boot/],
    [imageOf(good, region).ami, 'us-east-1', /somebody else made it/],
    ['ami-0123456789abcdef0', region, /somebody else made it/],
  ] as const) {
    const { code, json, stderr } = await run('--ami', ami, '--region', place);
    assert.equal(code, 1);
    assert.match(JSON.stringify([json, stderr]), words);
  }
  assert.notEqual((await run('--ami', imageOf(good, region).ami)).code, 0);
});

test('a flipped byte, another key and a key that expired since are refused, by gpgv too where it looks', async (t) => {
  const { folder, file, keyring, put, run } = await setUp(t);
  await put(5);
  const bytes = await readFile(file);
  const ring = await writeGpgvKeyring(path.join(folder, 'keys.gpg'), [key.publicArmored]);
  for (const place of [bytes.indexOf('"serial"') + 10, bytes.indexOf('"ami"') + 12, bytes.length - 60]) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    await writeFile(file, changed);
    assert.equal((await run()).code, 1);
    assert.notEqual((await gpgv(ring, file)).code, 0);
  }
  const stranger = await makeKey('somebody');
  await put(5, stranger);
  assert.equal((await run()).code, 1);
  assert.notEqual((await gpgv(ring, file)).code, 0);
  const past = new Date('2020-01-01T00:00:00Z');
  const short = await makeKey('short', past, 30);
  await writeFile(keyring, short.publicArmored);
  await put(5, short, new Date(past.getTime() + day));
  const { code, json, stderr } = await run();
  assert.equal(code, 1, 'it was good when it signed, but speaks of today');
  assert.match(JSON.stringify([json, stderr]), /expired at 2020-01-31/);
});

test('what is not such a document, or a broken state, is said', async (t) => {
  const { file, state, put, run } = await setUp(t);
  for (const text of ['hello\n', '{}\n', '{"format": "aperiodic:stream:2"}\n']) {
    await writeFile(file, await signerOf(key).clearSign(text, at));
    assert.equal((await run()).code, 1, text);
  }
  await put(5);
  assert.equal((await run()).code, 0);
  for (const text of ['{', '[]', `{"${stream}": "6"}`]) {
    await writeFile(state, text);
    const { code, json, stderr } = await run();
    assert.equal(code, 1);
    assert.match(JSON.stringify([json, stderr]), /serials\.json/);
  }
});
