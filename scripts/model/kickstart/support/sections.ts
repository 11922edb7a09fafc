/** Sections of a kickstart and the options of their headers. */
import { type CommandTable, each, honoured, ignored, refused, withOptions } from './standing.ts';

const scriptOptions = ['--erroronfail', '--interpreter', '--log'];
const outside = 'scripts run inside the image only: move what it does to %post';
const noInstaller = 'there is no installer whose errors it could handle: remove the section';

export const sectionTable: CommandTable = {
  '%packages': {
    ...honoured("packages of the stream's repositories and what they need; sections add up"),
    options: {
      '--nocore': honoured(
        'only Essential packages and apt are the base, not those of priority required and important',
      ),
      '--excludedocs': honoured('documentation is left out, but copyright files'),
      '--inst-langs': honoured(
        'locales to keep, with colons between, such as en:de; an empty value keeps none',
      ),
      '--instLangs': honoured('the older name of --inst-langs'),
      '--exclude-weakdeps': honoured('Recommends are not installed'),
      '--excludeWeakdeps': honoured('the older name of --exclude-weakdeps'),
      '--timeout': ignored('packages come from the store, which does not wait for a server'),
      '--retries': ignored('packages come from the store, which does not wait for a server'),
      '--default': refused('this distribution has no default environment: list packages'),
      '--ignoremissing': refused('an image must hold what is asked for: remove packages that do not exist'),
      '--ignorebroken': refused('an image must hold what is asked for: remove packages that conflict'),
      '--multilib': refused('multilib is a matter of rpm repositories'),
    },
  },
  '%post': {
    ...honoured(
      'runs in the image when all packages are in, in a sandbox without network, in the order written',
    ),
    options: {
      '--interpreter': honoured('absolute path of a program of the image; default /bin/sh'),
      '--log': honoured('or --logfile; absolute path in the image'),
      '--erroronfail': honoured('what is done anyway: a script that fails stops the build'),
      '--nochroot': refused(outside),
    },
  },
  ...each(['%pre', '%pre-install'], withOptions(refused(outside), scriptOptions)),
  ...each(['%onerror', '%traceback'], withOptions(refused(noInstaller), scriptOptions)),
  '%certificate': withOptions(refused('not honoured yet: write the certificate in %post'), [
    '--filename',
    '--dir',
    '--type',
  ]),
  '%addon': refused(
    'addons belong to an installer; only com_redhat_kdump --disable is accepted, and ignored',
  ),
  '%anaconda': ignored('settings of an installer, and none runs'),
};
