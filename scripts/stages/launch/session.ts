/** The life of one launch: what it starts is ended once, by whoever comes first. */
import type { ImageIdentity } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import { launchName } from '../../model/launch.ts';
import type { CloudRegion, Ports } from '../../ports.ts';
import { clearLaunch } from './leftovers.ts';
import { type StartRequest, startInstance } from './start.ts';

export interface Session {
  /** Id of the instance, which may not run yet. */
  start(request: Omit<StartRequest, 'identity'>): Promise<string>;
  /** Ends the instance and takes away what came with it. Waits for one that is just being started. */
  end(): Promise<void>;
  interrupted(): boolean;
  /** Lets go of the signal. */
  close(): void;
}

export function openSession(
  identity: ImageIdentity,
  region: CloudRegion,
  ports: Pick<Ports, 'clock' | 'log' | 'onInterrupt'>,
): Session {
  let starting: Promise<string> | undefined;
  let ended: Promise<void> | undefined;
  let interrupted = false;
  const clear = async () => {
    const instance = await starting?.catch(() => undefined);
    const key = starting === undefined ? undefined : launchName(identity);
    await clearLaunch(identity, region, ports, { instance, key });
  };
  const end = () => {
    ended ??= clear();
    return ended;
  };
  const close = ports.onInterrupt(async () => {
    interrupted = true;
    await end();
  });
  return {
    start: async (request) => {
      if (ended !== undefined) throw new AperiodicError('interrupted', 'the launch was interrupted');
      starting = startInstance({ ...request, identity }, region, ports.clock);
      return await starting;
    },
    end,
    interrupted: () => interrupted,
    close,
  };
}
