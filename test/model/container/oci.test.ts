import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import {
  blobName,
  describeText,
  layoutMarker,
  mediaTypes,
  platformOf,
  renderConfig,
  renderDockerManifest,
  renderIndex,
  renderLayoutIndex,
  renderManifest,
} from '../../../scripts/model/container/oci.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { assertGolden } from '../../support/golden.ts';
import { assertOci } from '../../support/oci-schemas.ts';

const golden = (name: string) => path.join(import.meta.dirname, 'golden', name);
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const identity = {
  stream: 'testix-1/container-base',
  name: 'Testix-Container-Base-1',
  version: '20260102.3',
  architecture: 'arm64',
  lang: 'C.UTF-8',
} as const;

test('the JSON of an image is the golden one, and what the specification allows', async () => {
  const config = renderConfig(identity, digest('a'));
  const manifest = renderManifest(describeText(mediaTypes.config, config), {
    mediaType: mediaTypes.layer,
    digest: digest('b'),
    size: 1234,
  });
  const described = describeText(mediaTypes.manifest, manifest);
  const other = { architecture: 'amd64', digest: digest('c'), size: 99 } as const;
  const index = renderIndex([{ architecture: 'arm64', ...described }, other], identity.version);
  const layout = renderLayoutIndex({ ...described, platform: platformOf('arm64') }, identity.version);
  assertGolden(golden('config.json'), config);
  assertGolden(golden('manifest.json'), manifest);
  assertGolden(golden('index.json'), index);
  assertGolden(golden('layout-index.json'), layout);
  assertGolden(golden('docker-manifest.json'), renderDockerManifest('c.json', 'l.tar.gz', identity));
  await assertOci('config', config);
  await assertOci('manifest', manifest);
  await assertOci('index', index);
  await assertOci('index', layout);
  await assertOci('layout', layoutMarker);
});

test('the schemas refuse what is wrong', async () => {
  await assert.rejects(assertOci('manifest', '{"schemaVersion":2}'), /required property/);
  await assert.rejects(assertOci('layout', '{"imageLayoutVersion":"9"}'));
});

test('an index is the same in any order of architectures', () => {
  const one = { architecture: 'amd64', digest: digest('1'), size: 1 } as const;
  const two = { architecture: 'aarch64', digest: digest('2'), size: 2 } as const;
  assert.equal(renderIndex([one, two], '20260102.0'), renderIndex([two, one], '20260102.0'));
});

test('two images of one platform make no index', () => {
  const one = { architecture: 'amd64', digest: digest('1'), size: 1 } as const;
  const same = { architecture: 'x86_64', digest: digest('2'), size: 2 } as const;
  assert.throws(
    () => renderIndex([one, same], '20260102.0'),
    (error) => error instanceof AperiodicError && error.code === 'invalid' && /amd64/.test(error.message),
  );
});

test('a blob is named by a digest only', () => {
  assert.equal(blobName(digest('a')), 'a'.repeat(64));
  for (const text of ['', 'sha256:../x', `sha512:${'a'.repeat(64)}`, `sha256:${'A'.repeat(64)}`])
    assert.throws(() => blobName(text), AperiodicError);
});
