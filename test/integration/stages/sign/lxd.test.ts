/** What sign makes for LXD and Incus. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDirectoryArtifacts } from '../../../../scripts/adapters/artifacts/directory.ts';
import { createDirectoryMirror } from '../../../../scripts/adapters/mirror/directory.ts';
import { recallDocuments } from '../../../../scripts/model/documents.ts';
import { makeRecord } from '../../../../scripts/model/record.ts';
import { assertValid } from '../../../../scripts/model/schema.ts';
import type { Candidate, CheckResult } from '../../../../scripts/model/types.generated.ts';
import { parseYaml } from '../../../../scripts/model/yaml.ts';
import { renderRecord } from '../../../../scripts/render/record.ts';
import { mirrorRelease } from '../../../../scripts/stages/mirror.ts';
import { signRelease } from '../../../../scripts/stages/sign.ts';
import { makeCandidate, stream, version } from '../../../support/candidate.ts';
import { createFakeLog } from '../../../support/fake-log.ts';
import { createFakeSigner, createFakeVerifier } from '../../../support/fake-signer.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const started: CheckResult = { id: 'boots', where: 'uefi', result: 'passed', seen: 'a shell' };
const nameOf = (architecture: string) => `Debian-Cloud-Base-12-${version}.${architecture}`;

/** @param results of QA, by architecture */
async function setUp(t: TestContext, results: Record<string, CheckResult[]>) {
  const base = await temporaryFolder(t);
  await mkdir(path.join(base, 'mirror'));
  const artifacts = createDirectoryArtifacts(path.join(base, 'work'));
  const candidate = makeCandidate();
  for (const { tested } of candidate.architectures) {
    tested.qa.results.push(...(results[tested.built.job.architecture] ?? []));
    for (const artifact of tested.built.artifacts) {
      const file = path.join(base, artifact.name);
      await writeFile(file, `content of ${artifact.name}\n`.repeat(1000));
      artifact.file = await artifacts.put(file, artifact.name);
    }
  }
  const mirror = (id: string) => createDirectoryMirror(id, path.join(base, 'mirror'));
  const ports = {
    artifacts,
    mirror,
    log: createFakeLog(),
    signer: createFakeSigner(),
    verifier: createFakeVerifier(),
  };
  const sign = async (wanted: Candidate = candidate) =>
    assertValid('Signed', await signRelease(wanted, ports));
  return { candidate, ports, sign, folder: path.join(base, 'mirror', stream, version) };
}

test('a tarball beside each qcow2 that tests saw start by UEFI, with the digest of both', async (t) => {
  const failed: CheckResult = { ...started, result: 'failed' };
  const bios: CheckResult = { ...started, where: 'bios' };
  const { sign, ports, folder } = await setUp(t, { amd64: [bios, started], arm64: [bios, failed] });
  const signed = await sign();
  const [found, ...others] = signed.documents.filter(({ kind }) => kind === 'lxd-metadata');
  assert.equal(others.length, 0);
  assert.equal(found?.name, `${nameOf('amd64')}.lxd.tar.xz`);
  const { mirrors } = await mirrorRelease(signed, ports);
  const read = async (name: string) => await readFile(path.join(folder, name));
  const tarball = await read(`${nameOf('amd64')}.lxd.tar.xz`);
  const both = Buffer.concat([tarball, await read(`${nameOf('amd64')}.qcow2`)]);
  assert.equal(found?.fingerprint, createHash('sha256').update(both).digest('hex'));
  const checksum = await readFile(path.join(folder, `Debian-Cloud-Base-12-${version}-CHECKSUM`), 'utf8');
  const sha256 = createHash('sha256').update(tarball).digest('hex');
  assert.ok(checksum.includes(`SHA256 (${found?.name}) = ${sha256}`));
  // It is no form of the image, and has no signature of its own.
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.includes('.lxd.')),
    [found?.name],
  );
  const record = makeRecord({ candidate: signed, mirrors }, new Date('2026-11-22T12:00:00Z'));
  const text = renderRecord(record);
  assert.ok(text.includes(`fingerprint: ${found?.fingerprint}`), text);
  assert.deepEqual(parseYaml('PublishedRecord', text, 'record'), record);
  const recalled = recallDocuments(record).find(({ kind }) => kind === 'lxd-metadata');
  assert.deepEqual(recalled, found);
});

test('no tarball where nobody saw it start by UEFI, or without a qcow2', async (t) => {
  const { candidate, sign } = await setUp(t, { amd64: [started] });
  const [arm, amd] = candidate.architectures;
  assert.ok(arm !== undefined && amd !== undefined);
  amd.tested.built.artifacts = amd.tested.built.artifacts.filter(({ format }) => format !== 'qcow2');
  const { documents } = await sign();
  assert.deepEqual(
    documents.filter(({ kind }) => kind === 'lxd-metadata'),
    [],
  );
});

test('the same bytes again; from a mirror that shows it, with the fingerprint', async (t) => {
  const { sign, ports, folder } = await setUp(t, { amd64: [started], arm64: [started] });
  const signed = await sign();
  await mirrorRelease(signed, ports);
  assert.deepEqual(await sign(), signed);
  assert.match(ports.log.lines.join('\n'), /was signed before, and stays/);
  await rm(folder, { recursive: true });
  assert.deepEqual(await sign(), signed);
});

test('a release that was signed by an older version stays as it is', async (t) => {
  const { candidate, ports, sign } = await setUp(t, {});
  const signed = await sign();
  await mirrorRelease(signed, ports);
  for (const { tested } of candidate.architectures) tested.qa.results.push(started);
  assert.deepEqual((await sign()).documents, signed.documents);
});
