/** Which accelerator a guest gets: KVM where it really runs guests, and only for programs of this processor. */
import { type Processor, processorOf, processorOfNode } from '../../model/machine.ts';
import type { Architecture } from '../../model/types.generated.ts';
import { probeAccelerator } from './probe.ts';

export type Accelerator = 'kvm' | 'tcg';

/**
 * Probes once, when it is first asked for.
 * @param fixed takes this one without a probe
 * @returns for the own processor where none is named
 */
export function createChooser(fixed?: Accelerator): (architecture?: Architecture) => Promise<Accelerator> {
  const own = processorOfNode(process.arch);
  let probed: Promise<Accelerator> | undefined;
  return async (architecture) => {
    if (fixed !== undefined) return fixed;
    if (own === undefined || (architecture !== undefined && processorOf(architecture) !== own)) return 'tcg';
    probed ??= probe(own);
    return await probed;
  };
}

async function probe(own: Processor): Promise<Accelerator> {
  return (await probeAccelerator('kvm', own)) ? 'kvm' : 'tcg';
}
