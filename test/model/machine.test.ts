import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { awsArchitecture, bootMode, imageName, latestPointer } from '../../scripts/model/aws-names.ts';
import { baseName } from '../../scripts/model/base-name.ts';
import { platformOf } from '../../scripts/model/container/oci.ts';
import { instanceTypeOf } from '../../scripts/model/launch.ts';
import { architectures, hasBios, processorOf, processorOfNode } from '../../scripts/model/machine.ts';
import { makeMatrix } from '../../scripts/model/matrix.ts';
import type { Architecture } from '../../scripts/model/types.generated.ts';

const identity = {
  stream: 'testix-1/cloud-base',
  name: 'Testix-Cloud-Base-1',
  version: '20261122.0',
  content: 'c'.repeat(64),
  raw: '0123456789ab'.padEnd(64, '0'),
};

/** Every name and every choice that follows from an architecture. */
function all(architecture: Architecture) {
  const [job] = makeMatrix([
    {
      stream: identity.stream,
      kind: 'build',
      architectures: [architecture],
      reasons: [],
      plan: undefined,
    },
  ]).include;
  return {
    files: baseName({ ...identity, architecture }),
    ami: imageName({ ...identity, architecture }),
    aws: `${awsArchitecture(architecture)} ${bootMode(architecture)} ${instanceTypeOf(architecture, {})}`,
    pointer: latestPointer('/aperiodic', identity.stream, architecture),
    container: platformOf(architecture),
    runner: job?.runner,
    slug: job?.slug,
  };
}

const arm = {
  aws: 'arm64 uefi t4g.small',
  container: { architecture: 'arm64', os: 'linux', variant: 'v8' },
  runner: 'ubuntu-24.04-arm',
};
const x86 = {
  aws: 'x86_64 uefi-preferred t3.small',
  container: { architecture: 'amd64', os: 'linux' },
  runner: 'ubuntu-24.04',
};

describe('an architecture', () => {
  it("has the distribution's word in names, and its machine's in clouds and containers", () => {
    for (const architecture of architectures) {
      assert.deepEqual(all(architecture), {
        ...(hasBios(architecture) ? x86 : arm),
        files: `Testix-Cloud-Base-1-20261122.0.${architecture}`,
        ami: `Testix-Cloud-Base-1-20261122.0.${architecture}-0123456789ab`,
        pointer: `/aperiodic/testix-1/cloud-base/${architecture}/latest`,
        slug: `testix-1.cloud-base.${architecture}`,
      });
    }
  });

  it('is of one of two processors', () => {
    assert.deepEqual(architectures.map(processorOf), ['x86_64', 'aarch64', 'x86_64', 'aarch64']);
    assert.deepEqual(architectures.map(hasBios), [true, false, true, false]);
    assert.deepEqual(['x64', 'arm64', 'riscv64'].map(processorOfNode), ['x86_64', 'aarch64', undefined]);
  });
});
