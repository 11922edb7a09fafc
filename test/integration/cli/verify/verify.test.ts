/** `aperiodic verify` on what the stages publish, and the public tools on the same files. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDirectoryArtifacts } from '../../../../scripts/adapters/artifacts/directory.ts';
import { createDirectoryMirror } from '../../../../scripts/adapters/mirror/directory.ts';
import { createVerifier } from '../../../../scripts/adapters/openpgp/verifier.ts';
import { verifyFolder } from '../../../../scripts/cli/verify/folder.ts';
import { loadKeyring } from '../../../../scripts/cli/verify/keyring.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import type { Candidate } from '../../../../scripts/model/types.generated.ts';
import { mirrorRelease } from '../../../../scripts/stages/mirror.ts';
import { signRelease } from '../../../../scripts/stages/sign.ts';
import { makeCandidate, stream, version } from '../../../support/candidate.ts';
import { createFakeLog } from '../../../support/fake-log.ts';
import {
  expiring,
  gpgv,
  makeKey,
  signerOf,
  type TestKey,
  writeGpgvKeyring,
} from '../../../support/openpgp.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const key = await makeKey('releases');
const stranger = await makeKey('somebody else');
const checksum = `Debian-Cloud-Base-12-${version}-CHECKSUM`;

/** A mirror with one release, by the stages themselves. */
async function publish(t: TestContext, ...keys: TestKey[]) {
  const base = await temporaryFolder(t);
  const artifacts = createDirectoryArtifacts(path.join(base, 'work'));
  await mkdir(path.join(base, 'mirror'));
  const candidate = makeCandidate();
  for (const { tested } of candidate.architectures) {
    for (const artifact of tested.built.artifacts) {
      const file = path.join(base, artifact.name);
      await writeFile(file, `content of ${artifact.name}\n`.repeat(1000));
      artifact.file = await artifacts.put(file, artifact.name);
    }
  }
  const log = createFakeLog();
  const mirror = (id: string) => createDirectoryMirror(id, path.join(base, 'mirror'));
  const sign = async (wanted: Candidate, ...by: TestKey[]) =>
    await signRelease(wanted, {
      artifacts,
      log,
      mirror,
      signer: signerOf(...by),
      verifier: createVerifier(),
    });
  const signed = await sign(candidate, ...keys);
  await mirrorRelease(signed, { artifacts, log, mirror });
  const folder = path.join(base, 'mirror', stream, version);
  const keyring = path.join(base, 'keys');
  await mkdir(keyring);
  await writeFile(path.join(keyring, 'key.asc'), key.publicArmored);
  const gpg = await writeGpgvKeyring(path.join(base, 'gpgv.gpg'), [key.publicArmored]);
  return { base, folder, keyring, gpg, signed, again: () => sign(candidate, ...keys), sign, log };
}

async function check(folder: string, keyring: string, partial = false) {
  const keys = await loadKeyring(keyring, () => '');
  return await verifyFolder(folder, { keys, verifier: createVerifier(), partial });
}

async function refused(work: Promise<unknown>, code: string, words = /./): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AperiodicError, String(error));
    assert.deepEqual([error.code, words.test(error.located)], [code, true], error.located);
    return true;
  });
}

/** What docs/signing.md tells people to do, without our code. */
async function checkByHand(folder: string, gpg: string): Promise<boolean> {
  const out = `${folder}.checksums`;
  await rm(out, { force: true });
  const run = (program: string, args: string[]) =>
    new Promise<boolean>((resolve) => {
      execFile(program, args, { cwd: folder }, (error) => resolve(error === null));
    });
  const names = (await readdir(folder)).filter((name) => name.endsWith('.asc'));
  if (!(await run('gpgv', ['--keyring', gpg, '--output', out, '--', checksum]))) return false;
  if (!(await run('sha256sum', ['--check', '--strict', '--quiet', out]))) return false;
  for (const name of names)
    if ((await gpgv(gpg, path.join(folder, name), path.join(folder, name.slice(0, -4)))).code !== 0)
      return false;
  return true;
}

test('what is published verifies, by us and by gpgv and sha256sum, and is signed the same again', async (t) => {
  const { folder, keyring, gpg, signed, again, log } = await publish(t, key);
  const report = await check(folder, keyring);
  assert.equal(report.verified.length, 10);
  assert.deepEqual(
    report.signed,
    report.verified.filter((name) => !name.endsWith('.json')),
  );
  assert.equal(report.by.fingerprint, key.fingerprint);
  assert.equal(report.by.at.toISOString(), '2026-11-22T00:00:00.000Z', 'the day of the version');
  assert.equal(await checkByHand(folder, gpg), true);
  assert.deepEqual(await again(), signed, 'taken from the mirror');
  await rm(folder, { recursive: true });
  assert.deepEqual(await again(), signed, 'signed again');
  assert.doesNotMatch(log.lines.join('\n'), /PRIVATE KEY/);
});

test('what a mirror shows stays, also when a later commit is built with one more key', async (t) => {
  const { signed, sign, folder, keyring, log } = await publish(t, key);
  const later = makeCandidate({ architectures: signed.architectures });
  for (const { tested } of later.architectures) tested.built.job.commit = 'd'.repeat(40);
  const next = await makeKey('next');
  assert.deepEqual((await sign(later, key, next)).documents, signed.documents);
  assert.match(log.lines.join('\n'), /what primary shows already was signed before, and stays/);
  await rm(folder, { recursive: true });
  assert.notDeepEqual((await sign(later, key, next)).documents, signed.documents);
  assert.ok(keyring);
});

test('a flipped byte in any published file is refused by us and by the public tools', async (t) => {
  const { folder, keyring, gpg } = await publish(t, key);
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const bytes = await readFile(file);
    // In the middle of what is signed, or of the signature itself.
    const place = name === checksum ? bytes.indexOf('SHA256 (') + 60 : Math.floor(bytes.length / 2);
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    await writeFile(file, changed);
    await assert.rejects(check(folder, keyring), AperiodicError, name);
    assert.equal(await checkByHand(folder, gpg), false, name);
    await writeFile(file, bytes);
  }
  await check(folder, keyring);
});

test('a cut file, a missing one, a strange one and a link are refused', async (t) => {
  const { folder, keyring } = await publish(t, key);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.qcow2'));
  const [first = '', second = ''] = names;
  const file = path.join(folder, first);
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, 100));
  await refused(check(folder, keyring), 'digest-mismatch', /has 100 bytes, not the/);
  await rm(file);
  await refused(check(folder, keyring), 'not-found', new RegExp(first));
  assert.deepEqual((await check(folder, keyring, true)).absent, [first]);
  await symlink(path.join(folder, second), file);
  await refused(check(folder, keyring), 'invalid', /regular file/);
  await rm(file);
  await writeFile(file, bytes);
  await writeFile(path.join(folder, 'evil.sh'), 'x');
  await refused(check(folder, keyring), 'invalid', /evil\.sh.*nobody signed it/);
  await rm(path.join(folder, 'evil.sh'));
  for (const name of await readdir(folder)) if (name !== checksum) await rm(path.join(folder, name));
  await refused(check(folder, keyring, true), 'not-found');
  await rm(path.join(folder, checksum));
  await refused(check(folder, keyring), 'not-found', /no \*-CHECKSUM/);
});

test('text around the CHECKSUM is refused by us, and is not in what gpgv gives out', async (t) => {
  const { base, folder, keyring, gpg } = await publish(t, key);
  const file = path.join(folder, checksum);
  const text = await readFile(file, 'utf8');
  await writeFile(file, `SHA256 (evil) = ${'0'.repeat(64)}\n${text}`);
  await refused(check(folder, keyring), 'invalid', /does not begin/);
  await checkByHand(folder, gpg);
  const given = await readFile(path.join(base, 'mirror', stream, `${version}.checksums`), 'utf8').catch(
    () => '',
  );
  assert.doesNotMatch(given, /evil/);
  await writeFile(file, text.slice(0, -60));
  await refused(check(folder, keyring), 'invalid', /cut off/);
});

test('a wrong key and an expired key are refused', async (t) => {
  const { base, folder, keyring, gpg } = await publish(t, stranger);
  await refused(check(folder, keyring), 'denied', /not in the keyring/);
  assert.equal(await checkByHand(folder, gpg), false);
  const known = await expiring(stranger, 30);
  await writeFile(path.join(keyring, 'key.asc'), known.publicArmored);
  await refused(check(folder, keyring), 'denied', /expired at 2026-01-31/);
  const expired = await writeGpgvKeyring(path.join(base, 'expired.gpg'), [known.publicArmored]);
  // gpgv says it in its status; its exit code does not count expiry. docs/signing.md tells people to look.
  assert.match((await gpgv(expired, path.join(folder, checksum))).status, /EXPKEYSIG|KEYEXPIRED/);
});

test('files that are too large for what they are are not read', async (t) => {
  const { folder, keyring } = await publish(t, key);
  const copy = `${folder}-copy`;
  await cp(folder, copy, { recursive: true });
  await writeFile(path.join(copy, checksum), Buffer.alloc(2_000_000, '#'));
  await refused(check(copy, keyring), 'invalid', /larger than/);
  await writeFile(path.join(keyring, 'key.asc'), Buffer.alloc(2_000_000));
  await refused(check(folder, keyring), 'invalid', /larger than/);
});
