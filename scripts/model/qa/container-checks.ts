/** What is looked at in a container image before it runs. */
import { platformOf } from '../container/oci.ts';
import type { Architecture } from '../types.generated.ts';
import { type BootCheck, failed, type ImageCheck, judgeFindings, type Verdict } from './check.ts';
import { identityChecks, sizeChecks } from './image-checks.ts';
import { leftoverChecks } from './leftover-checks.ts';
import { permissionChecks } from './permission-checks.ts';
import { trustChecks } from './trust-checks.ts';

/** Of a machine, or of programs that a minimal container has not. */
const ofMachines = ['ca-bundle', 'kernel-present'];

export const containerImageChecks: readonly ImageCheck[] = [
  ...sizeChecks,
  ...identityChecks,
  ...trustChecks,
  ...permissionChecks,
  ...leftoverChecks,
].filter(({ id }) => !ofMachines.includes(id));

export const containerForms: BootCheck = {
  id: 'container-forms',
  title: 'Every form holds the same container',
  purpose: 'Whoever loads the one gets what was tested in the other.',
  expectation:
    'skopeo reads each archive; all name the configuration that the build told, one layer, which is the one that was tested, and the architecture of the release.',
  guests: [],
};

export interface SeenForm {
  name: string;
  /** What a reader said, or why it could not read it. */
  facts: { config: string; layers: readonly string[]; architecture: string } | string;
}

export function judgeForms(
  forms: readonly SeenForm[],
  wanted: { config: string | undefined; layer: string; architecture: Architecture },
): Verdict {
  if (forms.length === 0) return failed('there is no archive');
  const { architecture } = platformOf(wanted.architecture);
  const findings = forms.flatMap(({ name, facts }) => {
    if (typeof facts === 'string') return [`${name}: ${facts}`];
    return [
      ...(facts.config === wanted.config
        ? []
        : [`${name}: configuration ${facts.config}, not ${wanted.config}`]),
      ...(facts.layers.join() === wanted.layer ? [] : [`${name}: layers ${facts.layers.join(', ')}`]),
      ...(facts.architecture === architecture ? [] : [`${name}: for ${facts.architecture}`]),
    ];
  });
  return judgeFindings(findings, `${forms.map(({ name }) => name).join(', ')}: ${wanted.config}`);
}
