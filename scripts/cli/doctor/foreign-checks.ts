/** What doctor looks at for images of another processor than this machine's, where a stream makes some. */
import { verifyForeign } from '../../adapters/foreign/verify-foreign.ts';
import { findMissingPackages, readHostFiles, thisProcessor } from '../../adapters/host/packages.ts';
import { machinePackages } from '../../adapters/host/packages-machines.ts';
import { toAperiodicError } from '../../model/errors.ts';
import { kindOfFormats } from '../../model/image-formats.ts';
import { processorOf } from '../../model/machine.ts';
import type { Architecture, Stream } from '../../model/types.generated.ts';
import type { Check, Finding } from './check.ts';
import { readStreams } from './repository-checks.ts';

/** Not needed where each architecture has a machine of its own, as in CI: a warning, and no more. */
export const foreignCheck: Check = {
  id: 'foreign',
  title: 'other processors',
  run: async (examined) => {
    const streams = (await readStreams(examined)).filter(
      ({ neverRun, retired }) => neverRun === undefined && retired === undefined,
    );
    const wanted = new Set(streams.flatMap(({ architectures }) => architectures).filter(isForeign));
    const findings = await Promise.all([...wanted].map((architecture) => lookAt(architecture, streams)));
    return findings.flat();
  },
};

const isForeign = (architecture: Architecture) => processorOf(architecture) !== thisProcessor;

async function lookAt(architecture: Architecture, streams: readonly Stream[]): Promise<Finding[]> {
  const programs = await verifyForeign(architecture).then(
    (way): Finding => ({
      status: 'ok',
      title: `programs of ${architecture}`,
      value: `run by qemu-user, ${way}`,
    }),
    (error: unknown): Finding => ({
      status: 'warning',
      title: `programs of ${architecture}`,
      value: 'do not run',
      advice: toAperiodicError(error).message,
    }),
  );
  const boots = streams.some(
    (stream) => stream.architectures.includes(architecture) && kindOfFormats(stream.formats) === 'disk',
  );
  return boots ? [programs, lookAtMachine(architecture)] : [programs];
}

function lookAtMachine(architecture: Architecture): Finding {
  const title = `machines of ${architecture}`;
  const missing = findMissingPackages(machinePackages[processorOf(architecture)], readHostFiles());
  if (missing.length === 0) return { status: 'ok', title, value: 'TCG (boots take minutes)' };
  const value = `no ${missing.map(({ name }) => name).join(', ')}`;
  return { status: 'warning', title, value, advice: "to test its images, run 'aperiodic setup --foreign'" };
}
