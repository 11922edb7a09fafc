/** From a root folder to a container image behind the real walls, and back by tools of others. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { sha256OfFile } from '../../../../scripts/adapters/host/digest.ts';
import { exec } from '../../../../scripts/adapters/host/exec.ts';
import { epoch, post, smallRequest } from '../../../adapters/image/small-spec.ts';
import { assertOci } from '../../../support/oci-schemas.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { runBehindWalls } from './walls.ts';

const scripts = [
  post(10, 'echo hello; mkdir -p /var/mail /etc/b /etc/a; ln /etc/core-size /etc/a/link', {
    log: '/var/log/post.log',
  }),
];

test('a container is one layer in two forms, the same again, and others read it', async (t) => {
  const folder = await temporaryFolder(t);
  const request = {
    ...smallRequest({ scripts, kind: 'container', partitions: [] }),
    formats: ['docker-archive', 'oci'] as const,
  };
  const names = ['small.layer.tar', 'small.oci.tar', 'small.docker.tar'];
  const digests: string[][] = [];
  for (const name of ['a', 'b']) {
    const end = await runBehindWalls(
      path.join(folder, name),
      { ...request, formats: [...request.formats] },
      'container',
    );
    assert.equal(end.code, undefined, end.stack);
    const files = names.map(async (file) => (await sha256OfFile(path.join(end.out, file))).sha256);
    digests.push([...(await Promise.all(files)), JSON.stringify(end.container)]);
  }
  assert.deepEqual(digests[0], digests[1]);
  const [layer, oci, docker] = names.map((name) => path.join(folder, 'a/out', name));
  assert.ok(layer !== undefined && oci !== undefined && docker !== undefined);

  const listed = (
    await exec('tar', ['--list', '--verbose', '--numeric-owner', '--full-time', '--utc', '-f', layer])
  ).stdout;
  const lines = listed.trim().split('\n');
  const paths = lines.map((line) => line.split(/ +/)[5] ?? '');
  assert.equal(paths[0], 'bin');
  assert.equal(paths.includes('./'), false);
  assert.match(listed, / etc\/core-size link to etc\/a\/link$/m);
  assert.doesNotMatch(listed, /dpkg\.log|99mmdebstrap/);
  const newest = new Date(epoch * 1000).toISOString().slice(0, 19).replace('T', ' ');
  for (const line of lines)
    assert.ok((/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.exec(line)?.[0] ?? '9') <= newest, line);

  const container = JSON.parse(digests[0]?.[3] ?? '{}');
  const raw = async (source: string) => (await exec('skopeo', ['inspect', '--raw', source])).stdout;
  const config = async (source: string) =>
    (await exec('skopeo', ['inspect', '--config', '--raw', source])).stdout;
  const manifest = await raw(`oci-archive:${oci}`);
  await assertOci('manifest', manifest);
  await assertOci('config', await config(`oci-archive:${oci}`));
  assert.equal(JSON.parse(manifest).config.digest, container.config);
  assert.equal(await config(`docker-archive:${docker}`), await config(`oci-archive:${oci}`));
  assert.deepEqual(JSON.parse(await config(`oci-archive:${oci}`)).rootfs.diff_ids, [
    `sha256:${digests[0]?.[0]}`,
  ]);

  // Copying reads every blob and compares it with its digest.
  for (const [kind, source] of [
    ['oci', `oci-archive:${oci}`],
    ['docker', `docker-archive:${docker}`],
  ]) {
    const copy = path.join(folder, `copy-${kind}`);
    await exec('skopeo', ['--insecure-policy', 'copy', '--quiet', source ?? '', `dir:${copy}`]);
    assert.equal(
      JSON.parse(await readFile(path.join(copy, 'manifest.json'), 'utf8')).config.digest,
      container.config,
    );
  }
});
