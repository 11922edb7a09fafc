/** The least that stream.yaml of rpms says. */
import type { Stream } from '../../../scripts/model/types.generated.ts';

export const smallStream: Stream = {
  name: 'Fixture-1',
  title: 'Fixture',
  payload: 'rpm',
  kickstart: 'kickstarts/fixture.ks',
  repositories: ['base'],
  architectures: ['x86_64'],
  formats: ['qcow2'],
  limits: { downloadMiB: 1, usedMiB: 1 },
};
