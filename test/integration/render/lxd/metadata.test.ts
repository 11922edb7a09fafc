import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { type LxdJob, renderLxdMetadata, renderLxdYaml } from '../../../../scripts/render/lxd/metadata.ts';

const job: LxdJob = {
  stream: 'debian-12/cloud-base',
  name: 'Debian-Cloud-Base-12',
  version: '20261122.0',
  architecture: 'amd64',
};

test('metadata.yaml says what LXD and Incus must know, and what image list shows; versions are text', () => {
  assert.deepEqual(load(renderLxdYaml(job)), {
    architecture: 'x86_64',
    creation_date: Date.parse('2026-11-22T00:00:00Z') / 1000,
    properties: {
      architecture: 'amd64',
      description: 'Debian-Cloud-Base-12 amd64 (20261122.0)',
      name: 'Debian-Cloud-Base-12-20261122.0.amd64',
      os: 'debian',
      release: '12',
      version: '12',
      serial: '20261122.0',
      variant: 'cloud-base',
    },
  });
  const arm = Object(load(renderLxdYaml({ ...job, architecture: 'aarch64' })));
  assert.deepEqual([arm.architecture, arm.properties.architecture], ['aarch64', 'arm64']);
});

test('a tarball of that file alone, by root, dated by the version, with the same bytes each time', async () => {
  const tarball = await renderLxdMetadata(job);
  assert.deepEqual(await renderLxdMetadata(job), tarball);
  const tar = (...args: string[]) => execFileSync('tar', args, { input: tarball, env: { TZ: 'UTC' } });
  const listed = String(tar('--xz', '-tv', '--numeric-owner', '--full-time', '-f', '-'));
  const { length } = renderLxdYaml(job);
  assert.equal(listed, `-rw-r--r-- 0/0             ${length} 2026-11-22 00:00:00 metadata.yaml\n`);
  assert.equal(String(tar('--xz', '-xO', '-f', '-')), renderLxdYaml(job));
  assert.notDeepEqual(await renderLxdMetadata({ ...job, version: '20261123.0' }), tarball);
});
