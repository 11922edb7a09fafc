import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Release } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import { release, sha } from '../model/repository-fixture.ts';
import * as files from './yaml-files.ts';

test('a release reads as people would write it', () => {
  const withdrawn = { reason: 'Does not boot', at: '2026-11-22T00:00:00Z' };
  const text = renderRelease(release('20261122.0', sha('a'), { withdrawn, rebuild: 'mended: twice' }));
  assert.equal(
    text,
    `# Asks for one version of this image. What came out is in the .published.yaml beside it.
version: "20261122.0"
reason: Because
content: ${sha('a')}
architectures:
  - amd64
formats:
  - qcow2
targets:
  mirrors:
    - primary
rebuild: "mended: twice"
withdrawn:
  reason: Does not boot
  at: "2026-11-22T00:00:00Z"
`,
  );
});

test('whatever the schema allows comes back, with keys in one order', () => {
  fc.assert(
    fc.property(files.release, (value) => {
      const text = renderRelease(value);
      const back: Release = parseYaml('Release', text, 'x');
      assert.deepEqual(back, structuredClone(value));
      const shuffled: Release = { ...Object.fromEntries(Object.entries(value).reverse()), ...value };
      assert.equal(renderRelease(shuffled), text);
    }),
    { numRuns: 100 },
  );
});

test('regions follow the mirrors', () => {
  const aws = { home: 'eu-central-1', regions: ['eu-central-1', 'us-east-1'], bestEffort: [] };
  const text = renderRelease(release('20261122.0', sha('a'), { targets: { mirrors: ['primary'], aws } }));
  assert.ok(
    text.endsWith(`targets:
  mirrors:
    - primary
  aws:
    home: eu-central-1
    regions:
      - eu-central-1
      - us-east-1
    bestEffort: []
`),
    text,
  );
});
