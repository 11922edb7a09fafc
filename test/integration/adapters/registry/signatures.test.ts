/** Signatures of containers, checked by a client of others: skopeo with a policy that asks for them. */
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createDirectoryArtifacts } from '../../../../scripts/adapters/artifacts/directory.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { createDirectoryMirror } from '../../../../scripts/adapters/mirror/directory.ts';
import { createRegistry } from '../../../../scripts/adapters/registry/skopeo.ts';
import { digestOfText, renderIndex } from '../../../../scripts/model/container/oci.ts';
import { makeRecord } from '../../../../scripts/model/record.ts';
import { signContainer } from '../../../../scripts/stages/sign-containers.ts';
import { makeSigned } from '../../../support/candidate.ts';
import { makeSmallImage, startRegistry } from '../../../support/container-registry.ts';
import { silentLog } from '../../../support/fake-ports.ts';
import { makeKey, signerOf } from '../../../support/openpgp.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const stream = 'testix-1/container-base';

test('podman and skopeo take what is signed, by tag and by digest, and nothing else', async (t) => {
  const folder = await temporaryFolder(t);
  const server = await startRegistry(t, path.join(folder, 'registry'));
  const registry = createRegistry('primary', { uri: `${server.uri}/images/` });
  const at = path.join(folder, 'mirror');
  await mkdir(at);
  const mirror = createDirectoryMirror('primary', at);
  const signed = makeSigned({ stream });
  const { version } = signed;
  const image = await makeSmallImage(path.join(folder, 'amd64'), 'amd64', version);
  const digest = digestOfText(renderIndex([image.manifest], version));
  const release = { version, digest, manifests: [image.manifest], archives: [image.archive] };
  await registry.push(stream, release, path.join(folder, 'work'));
  for (const tag of [version, 'latest', 'other']) await registry.tag(stream, tag, digest);

  const [key, stranger] = [await makeKey('ours'), await makeKey('of somebody')];
  const settings = path.join(folder, 'registries.d');
  await mkdir(settings);
  const name = `${server.host}/images`;
  const lookaside = `file://${at}/lookaside/primary`;
  // JSON is YAML.
  await writeFile(path.join(settings, 'ours.yaml'), JSON.stringify({ docker: { [name]: { lookaside } } }));
  const policy = path.join(folder, 'policy.json');
  await writeFile(path.join(folder, 'ours.asc'), key.publicArmored);
  const rule = { type: 'signedBy', keyType: 'GPGKeys', keyPath: path.join(folder, 'ours.asc') };
  await writeFile(
    policy,
    JSON.stringify({ default: [{ type: 'reject' }], transports: { docker: { [name]: [rule] } } }),
  );
  const pull = async (reference: string) => {
    const target = path.join(folder, 'pulled');
    await rm(target, { recursive: true, force: true });
    const global = ['--policy', policy, '--registries.d', settings, '--override-arch', 'amd64'];
    const source = `docker://${name}/${stream}${reference}`;
    const args = [
      ...global,
      'copy',
      '--quiet',
      '--remove-signatures',
      '--src-tls-verify=false',
      source,
      `dir:${target}`,
    ];
    const { exitCode, stderr } = await exec('skopeo', args, { accept: [0, 1] });
    return exitCode === 0 ? 'taken' : stderr;
  };
  const [architecture] = makeRecord({ candidate: signed, mirrors: [] }, new Date(0)).architectures;
  assert.ok(architecture !== undefined);
  const container = { registry: 'primary', repository: stream, digest };
  const record = {
    ...makeRecord({ candidate: signed, mirrors: [] }, new Date(0), undefined, undefined, [container]),
    architectures: [
      { ...architecture, container: { manifest: image.manifest.digest, size: 9, config: digest } },
    ],
    mirrors: [{ id: 'primary', path: `${stream}/${version}`, checksum: 'd'.repeat(64) }],
  };
  const artifacts = createDirectoryArtifacts(path.join(folder, 'artifacts'));
  const sign = async (by: typeof key) =>
    await signContainer(record, container, {
      artifacts,
      log: silentLog,
      mirror: () => mirror,
      registry: () => registry,
      signer: signerOf(by),
    });

  assert.match(await pull(':latest'), /[Aa] signature was required, but no signature exists/);
  await sign(stranger);
  assert.match(await pull(':latest'), /signature|key/i, 'by another key');
  await rm(path.join(at, 'lookaside'), { recursive: true });
  await sign(key);
  for (const reference of [':latest', `:${version}`, `@${digest}`])
    assert.equal(await pull(reference), 'taken', reference);
  assert.match(await pull(':other'), /is not accepted/, 'a name that was not signed');
  await sign(stranger);
  assert.equal(await pull(':latest'), 'taken', 'what is there stays');
});
