import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { checksumFileName, renderChecksums } from '../../../scripts/render/checksum.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('lines are as on Fedora’s mirrors, sorted by name', () => {
  const entries = [
    { name: 'b.qcow2', size: 20, sha256: 'b'.repeat(64) },
    { name: 'B.qcow2', size: 1, sha256: 'c'.repeat(64) },
    { name: 'a.raw.zst', size: 10, sha256: 'a'.repeat(64) },
  ];
  assert.equal(
    renderChecksums(entries),
    `# B.qcow2: 1 bytes
SHA256 (B.qcow2) = ${'c'.repeat(64)}
# a.raw.zst: 10 bytes
SHA256 (a.raw.zst) = ${'a'.repeat(64)}
# b.qcow2: 20 bytes
SHA256 (b.qcow2) = ${'b'.repeat(64)}
`,
  );
  assert.equal(entries[0]?.name, 'b.qcow2');
});

test('sha256sum reads it', async (t) => {
  const folder = await temporaryFolder(t);
  const entries = [];
  for (const name of ['image.qcow2', 'image.raw.zst']) {
    await writeFile(join(folder, name), name);
    entries.push({ name, size: name.length, sha256: createHash('sha256').update(name).digest('hex') });
  }
  const file = checksumFileName('Debian-Cloud-Base-12', '20261122.0');
  assert.equal(file, 'Debian-Cloud-Base-12-20261122.0-CHECKSUM');
  await writeFile(join(folder, file), renderChecksums(entries));
  const { stdout } = await promisify(execFile)('sha256sum', ['--check', '--strict', file], { cwd: folder });
  assert.equal(stdout, 'image.qcow2: OK\nimage.raw.zst: OK\n');
});
