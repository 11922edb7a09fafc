import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { generateKey } from 'openpgp';
import { createSigner } from '../../../../scripts/adapters/openpgp/signer.ts';
import { createVerifier } from '../../../../scripts/adapters/openpgp/verifier.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import {
  at,
  day,
  expiring,
  gpgv,
  made,
  makeKey,
  revoked,
  signerOf,
  writeGpgvKeyring,
} from '../../../support/openpgp.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const text = '# a.qcow2: 5 bytes\nSHA256 (a.qcow2) = 00\n- a dash\n-----BEGIN PGP SIGNATURE-----\nFrom me\n';
const plain = '# a.qcow2: 5 bytes\nSHA256 (a.qcow2) = 00\n- a dash\nFrom me\n';
const keyOne = await makeKey('one');
const keyTwo = await makeKey('two');
const verifier = createVerifier();
const ring = (...keys: readonly { publicArmored: string }[]) =>
  keys.map(({ publicArmored }) => Buffer.from(publicArmored));

async function refused(work: Promise<unknown>, code: string, words = /./): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof AperiodicError, String(error));
    assert.deepEqual([error.code, words.test(error.message)], [code, true], error.message);
    return true;
  });
}

test('two signings of the same are byte-equal, another date or text is not', async (t) => {
  const file = join(await temporaryFolder(t), 'file');
  await writeFile(file, 'bytes');
  const signed = await signerOf(keyOne).clearSign(plain, at);
  assert.equal(await signerOf(keyOne).clearSign(plain, at), signed);
  assert.notEqual(await signerOf(keyOne).clearSign(plain, new Date(at.getTime() + 1000)), signed);
  const detached = await signerOf(keyOne, keyTwo).detach(file, at);
  assert.equal(await signerOf(keyTwo, keyOne).detach(file, at), detached, 'the order of keys is theirs');
  for (const made of [signed, detached]) assert.doesNotMatch(made, /\r/);
});

test('gpgv takes what we sign, dashes and all, and gives the text back', async (t) => {
  const folder = await temporaryFolder(t);
  const keyring = await writeGpgvKeyring(join(folder, 'keys.gpg'), [keyOne.publicArmored]);
  const file = join(folder, 'CHECKSUM');
  await writeFile(file, await signerOf(keyOne).clearSign(text, at));
  const { code, status } = await gpgv(keyring, file);
  assert.equal(code, 0, status);
  assert.match(status, new RegExp(`VALIDSIG ${keyOne.fingerprint} 2026-02-01 ${at.getTime() / 1000} `));
  const image = join(folder, 'image');
  await writeFile(image, Buffer.alloc(3_000_000, 7));
  await writeFile(`${image}.asc`, await signerOf(keyOne).detach(image, at));
  assert.equal((await gpgv(keyring, `${image}.asc`, image)).code, 0);
  await verifier.verify(image, await readFile(`${image}.asc`, 'latin1'), ring(keyOne));
});

test('whatever text is signed comes back, and says who signed it', async () => {
  const signer = signerOf(keyOne);
  const line = fc
    .string({ unit: fc.constantFrom('-', ' ', 'a', 'ß', '=', ':', 'From '), maxLength: 30 })
    .map((one) => one.trimEnd());
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
      const wanted = `${lines.join('\n')}\nend\n`;
      const opened = await verifier.open(await signer.clearSign(wanted, at), ring(keyTwo, keyOne));
      assert.equal(opened.text, wanted);
      assert.deepEqual(
        [opened.by.fingerprint, opened.by.userId, opened.by.at],
        [keyOne.fingerprint, 'one', at],
      );
    }),
    { numRuns: 30 },
  );
});

test('any change of a signed document is refused', async () => {
  const signed = await signerOf(keyOne).clearSign(plain, at);
  const bytes = Buffer.from(signed);
  for (let index = 0; index < bytes.length; index++) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    const outcome = await verifier.open(changed.toString('latin1'), ring(keyOne)).then(
      ({ text: got }) => got,
      (error: unknown) => error,
    );
    // Armor has characters that mean nothing; what is given back may not differ by a character.
    if (outcome instanceof AperiodicError) assert.notEqual(outcome.code, 'internal', `byte ${index}`);
    else assert.equal(outcome, plain, `byte ${index}`);
  }
  for (const length of [0, 1, 40, 100, signed.length - 40, signed.length - 1])
    await refused(verifier.open(signed.slice(0, length), ring(keyOne)), 'invalid');
});

test('text around the signed part is refused, also when it looks like part of it', async () => {
  const signed = await signerOf(keyOne).clearSign(plain, at);
  const other = await signerOf(keyOne).clearSign('other\n', at);
  for (const extra of [
    `SHA256 (evil) = 11\n${signed}`,
    `\n${signed}`,
    `${signed}SHA256 (evil) = 11\n`,
    `${signed}\n`,
    `${signed}${other}`,
    signed.replace('Hash: SHA512\n', 'Hash: SHA512\nSHA256 (evil) = 11\n'),
    signed.replace('Hash: SHA512\n\n', 'Hash: SHA512\nComment: x\n\n'),
  ])
    await refused(verifier.open(extra, ring(keyOne)), 'invalid');
});

test('a key of nobody, an expired one and a revoked one are refused', async () => {
  const signed = await signerOf(keyOne).clearSign(plain, at);
  await refused(verifier.open(signed, ring(keyTwo)), 'denied', /not in the keyring/);
  await refused(verifier.open(signed, []), 'not-found', /--keyring/);
  const known = await expiring(keyOne, 20);
  await refused(verifier.open(signed, ring(known)), 'denied', /expired at 2026-01-21/);
  await refused(verifier.open(signed, [Buffer.from(await revoked(keyOne))]), 'denied', /revoked/);
  const stillGood = await expiring(keyOne, 40);
  assert.equal((await verifier.open(signed, ring(stillGood))).text, plain, 'it was good when it signed');
});

test('in exchange of keys both sign: the old keyring does, then only the new', async (t) => {
  const old = await makeKey('old', made, 60);
  const next = await makeKey('next', new Date(made.getTime() + 40 * day), 700);
  const during = new Date(made.getTime() + 50 * day);
  const after = new Date(made.getTime() + 70 * day);
  const signer = signerOf(old, next);
  const signed = await signer.clearSign(plain, during);
  for (const keys of [ring(old), ring(next), ring(old, next)]) await verifier.open(signed, keys);
  const later = await signer.clearSign(plain, after);
  await refused(verifier.open(later, ring(old)), 'denied', /not in the keyring/);
  await verifier.open(later, ring(next));
  // gpgv wants every signature to be known: with one keyring of both it is content, with one key it names the good one.
  const folder = await temporaryFolder(t);
  const file = join(folder, 'signed');
  await writeFile(file, signed);
  const both = await writeGpgvKeyring(join(folder, 'both.gpg'), [old.publicArmored, next.publicArmored]);
  const one = await writeGpgvKeyring(join(folder, 'one.gpg'), [next.publicArmored]);
  assert.match((await gpgv(both, file)).status, new RegExp(`VALIDSIG ${next.fingerprint}`));
  const alone = await gpgv(one, file);
  assert.deepEqual([alone.code, /GOODSIG/.test(alone.status)], [2, true]);
});

test('no date before the key was made, none after all expired', async () => {
  const early = new Date(made.getTime() - day);
  await refused(
    signerOf(keyOne).clearSign(plain, early),
    'conflict',
    /was made at 2026-01-01T00:00:00Z, after/,
  );
  const short = await makeKey('short', made, 10);
  await refused(signerOf(short).clearSign(plain, at), 'conflict', /expired/);
});

test('keys of no use are refused without a word of them', async () => {
  const secret = await makeKey('with words', made, undefined, 'open sesame');
  const of = (armored: string, passphrase?: string) => createSigner(async () => ({ armored, passphrase }));
  await refused(of('').keys(), 'invalid', /keys generate/);
  await refused(of(secret.armored).keys(), 'invalid', /APERIODIC_SIGNING_PASSPHRASE/);
  await refused(of(secret.armored, 'wrong').keys(), 'invalid', /passphrase does not open/);
  assert.equal((await of(secret.armored, 'open sesame').keys())[0]?.fingerprint, secret.fingerprint);
  const broken = keyOne.armored.replace(/^(.{20}).*$/m, '$1');
  await refused(of(broken.slice(0, 300)).keys(), 'invalid');
  const { privateKey } = await generateKey({
    type: 'ecc',
    curve: 'nistP256',
    userIDs: [{ name: 'salted' }],
    format: 'armored',
  });
  await refused(of(privateKey).keys(), 'invalid', /Ed25519/);
  const three = [keyOne, keyTwo, await makeKey('three')].map(({ armored }) => armored).join('\n');
  await refused(of(three).keys(), 'invalid', /3 signing keys/);
});
