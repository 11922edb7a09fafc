/** Runs behind `unshare`, as a build does: tries an architecture's programs and prints how they run, as JSON. */
import { toAperiodicError } from '../../model/errors.ts';
import { architectures } from '../../model/machine.ts';
import { exec } from '../host/exec.ts';
import { ensureForeign } from './run-foreign.ts';

const [, , name, folder = ''] = process.argv;
try {
  const architecture = architectures.find((one) => one === name);
  if (architecture === undefined) throw new Error(`no architecture ${name}`);
  await exec('mount', ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', folder]);
  console.log(JSON.stringify({ way: await ensureForeign(architecture, folder) }));
} catch (error) {
  const { message } = toAperiodicError(error);
  console.log(JSON.stringify({ problem: message }));
}
