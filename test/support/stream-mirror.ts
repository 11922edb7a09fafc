/** A mirror with one release and simplestreams of it, made by the stages that make them for users. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { createDirectoryMirror } from '../../scripts/adapters/mirror/directory.ts';
import { createVerifier } from '../../scripts/adapters/openpgp/verifier.ts';
import { makeRecord } from '../../scripts/model/record.ts';
import { renderRecord } from '../../scripts/render/record.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { mirrorRelease } from '../../scripts/stages/mirror.ts';
import { showSimplestreams } from '../../scripts/stages/show-simplestreams.ts';
import { signRelease } from '../../scripts/stages/sign.ts';
import { streamYaml } from '../model/repository-fixture.ts';
import { makeCandidate, makeReleaseFile, stream, version } from './candidate.ts';
import { createFakeForge } from './fake-forge.ts';
import { createFakeLog } from './fake-log.ts';
import { signerOf, type TestKey } from './openpgp.ts';

export interface StreamMirror {
  /** Folder of the mirror. */
  root: string;
  /** Of an architecture: path of a file of its image below the root, by its ending. */
  pathOf(architecture: string, ending: string): string;
  /** SHA-256 of both files, one after the other. */
  fingerprintOf(architecture: string): Promise<string>;
}

/** @param folder empty. Its qcow2 images are real ones, with nothing in them */
export async function makeStreamMirror(folder: string, key: TestKey): Promise<StreamMirror> {
  const root = path.join(folder, 'mirror');
  await mkdir(root);
  const artifacts = createDirectoryArtifacts(path.join(folder, 'work'));
  const candidate = makeCandidate();
  for (const { tested } of candidate.architectures) {
    tested.qa.results.push({ id: 'boots', where: 'uefi', result: 'passed', seen: 'a shell' });
    for (const artifact of tested.built.artifacts) {
      const file = path.join(folder, artifact.name);
      if (artifact.format === 'qcow2')
        await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'qcow2', file, '8M']);
      else await writeFile(file, artifact.name);
      artifact.file = await artifacts.put(file, artifact.name);
    }
  }
  const mirror = (id: string) => createDirectoryMirror(id, root);
  const signer = signerOf(key);
  const ports = { artifacts, mirror, signer, verifier: createVerifier(), log: createFakeLog() };
  const signed = await signRelease(candidate, ports);
  const record = makeRecord(await mirrorRelease(signed, ports), new Date('2026-11-22T12:00:00Z'));
  const below = `releases/${stream}`;
  const forge = createFakeForge({
    'releases/targets.yaml':
      'mirrors: [{id: primary, keep: 2}]\nsite: {address: "https://images.example.org"}\n',
    [`${below}/stream.yaml`]: streamYaml.replace('[amd64]', '[amd64, arm64]'),
    [`${below}/${version}.yaml`]: renderRelease(makeReleaseFile()),
    [`${below}/${version}.published.yaml`]: renderRecord(record),
  });
  await showSimplestreams({ ...ports, forge });
  const pathOf = (architecture: string, ending: string) =>
    `${stream}/${version}/Debian-Cloud-Base-12-${version}.${architecture}.${ending}`;
  return {
    root,
    pathOf,
    fingerprintOf: async (architecture) => {
      const hash = createHash('sha256');
      for (const ending of ['lxd.tar.xz', 'qcow2'])
        hash.update(await readFile(path.join(root, pathOf(architecture, ending))));
      return hash.digest('hex');
    },
  };
}
