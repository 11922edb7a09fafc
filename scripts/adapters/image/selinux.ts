/** Labels of files, for systems with an SELinux policy: a first boot then needs neither a relabel nor a second start. */
import { readFile, writeFile } from 'node:fs/promises';
import { AperiodicError } from '../../model/errors.ts';
import type { SelinuxMode } from '../../model/kickstart/image-spec.ts';
import type { BuildContext } from './context.ts';
import { inside } from './sandbox.ts';

type Labelled = Pick<BuildContext, 'note' | 'followed' | 'run'> & {
  request: { spec: { selinux?: SelinuxMode | undefined } };
};

const settings = '/etc/selinux/config';

/**
 * Sets the mode that the kickstart asks for (selinux_config(5)) and labels every file as the policy of the image says
 * (setfiles(8), file_contexts(5)). Nothing is done where no policy is installed and none is asked for. Comes last: what is
 * written later has no label.
 * @throws AperiodicError `build-failed` when a mode is asked for and no policy is installed
 */
export async function labelRoot(context: Labelled): Promise<void> {
  const { selinux } = context.request.spec;
  const file = await context.followed(settings);
  const config = await readFile(file, 'utf8').catch(() => undefined);
  const type = /^SELINUXTYPE=([A-Za-z0-9_-]+)\s*$/m.exec(config ?? '')?.[1];
  if (config === undefined || type === undefined) {
    if (selinux === undefined || selinux === 'disabled') return;
    throw new AperiodicError(
      'build-failed',
      `selinux --${selinux}: no policy is installed: add selinux-policy-targeted to %packages`,
    );
  }
  if (selinux !== undefined) await writeFile(file, setMode(config, selinux));
  if (selinux === 'disabled') return;
  context.note('labelling');
  const contexts = await context.followed(`/etc/selinux/${type}/contexts/files/file_contexts`);
  await context.run('setfiles', ['-F', '-m', '-r', inside.root, '--', contexts, inside.root], {
    what: `the files could not be labelled by the policy ${type}`,
  });
}

function setMode(config: string, mode: string): string {
  const line = `SELINUX=${mode}`;
  return /^SELINUX=.*$/m.test(config) ? config.replace(/^SELINUX=.*$/m, line) : `${line}\n${config}`;
}
