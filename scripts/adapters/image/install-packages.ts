/** What differs between kinds of packages when a root is made. */
import type { PayloadKind } from '../../model/types.generated.ts';
import type { BuildContext } from './context.ts';
import { installDebs } from './install-debs.ts';
import { installRpms } from './install-rpms.ts';

const installers: Record<PayloadKind, (context: BuildContext) => Promise<void>> = {
  deb: installDebs,
  rpm: installRpms,
};

/** @throws AperiodicError `build-failed` also when what is installed is not exactly the pins */
export async function installPackages(context: BuildContext): Promise<void> {
  await installers[context.request.payload](context);
}
