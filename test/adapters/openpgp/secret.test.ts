import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSecret } from '../../../scripts/adapters/openpgp/secret.ts';
import { createSigner } from '../../../scripts/adapters/openpgp/signer.ts';
import { publicKeyOf, writeKey } from '../../../scripts/cli/actions/keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const nothing = () => ({});
const now = new Date('2026-11-22T12:00:00.700Z');

test('a key that is made signs, is readable for its owner only, and is never replaced', async (t) => {
  const folder = await temporaryFolder(t);
  const out = join(folder, 'key.asc');
  const made = await writeKey(out, 'Example (2026)', now, 100);
  for (const [file, mode] of [
    [out, 0o600],
    [made.revocationFile, 0o600],
    [publicKeyOf(out), 0o644],
  ] as const)
    assert.equal((await stat(file)).mode & 0o777, mode, file);
  assert.doesNotMatch(await readFile(publicKeyOf(out), 'utf8'), /PRIVATE/);
  const signer = createSigner(() => loadSecret({ keyFiles: [out], given: nothing }));
  const [key] = await signer.keys();
  assert.deepEqual(
    [key?.fingerprint, key?.userId, key?.createdAt.toISOString(), key?.expiresAt?.toISOString()],
    [made.fingerprint, 'Example (2026)', '2026-11-22T12:00:00.000Z', '2027-03-02T12:00:00.000Z'],
  );
  const before = await readFile(out, 'utf8');
  await assert.rejects(writeKey(out, 'Example (2026)', now, 100), { code: 'conflict' });
  assert.equal(await readFile(out, 'utf8'), before);
});

test('a key that others can read is refused', async (t) => {
  const out = join(await temporaryFolder(t), 'key.asc');
  await writeKey(out, 'Example (2026)', now, 100);
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(out, mode);
    await assert.rejects(loadSecret({ keyFiles: [out], given: nothing }), {
      code: 'denied',
      file: out,
      message: new RegExp(`mode ${mode.toString(8)}.*chmod 600`),
    });
  }
});

test('without a key it is said how to give one; the environment comes first', async (t) => {
  const folder = await temporaryFolder(t);
  await assert.rejects(loadSecret({ keyFiles: [], given: nothing }), {
    code: 'not-found',
    message: /APERIODIC_SIGNING_KEY.*docs\/signing\.md/s,
  });
  await assert.rejects(loadSecret({ keyFiles: [join(folder, 'none')], given: nothing }), {
    code: 'not-found',
  });
  await mkdir(join(folder, 'd'), { mode: 0o700 });
  await assert.rejects(loadSecret({ keyFiles: [join(folder, 'd')], given: nothing }), { code: 'invalid' });
  await writeFile(join(folder, 'words'), 'open sesame\n', { mode: 0o600 });
  const given = () => ({ key: 'from the environment' });
  assert.deepEqual(await loadSecret({ keyFiles: ['/none'], passphraseFile: join(folder, 'words'), given }), {
    armored: 'from the environment',
    passphrase: 'open sesame',
  });
});
