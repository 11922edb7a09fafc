/** Whether AWS can take what is due: asked before anything of it is done, so that what can be known before stops it before. */
import { assertReachable } from '../model/launch.ts';
import type { Action } from '../model/plan.ts';
import { findStream, type Repository } from '../model/streams.ts';
import type { Ports } from '../ports.ts';
import { preflight } from '../stages/preflight.ts';

/** @throws AperiodicError as {@link preflight} and {@link assertReachable}. Nothing is asked for a release without AMIs */
export async function checkCloud(
  action: Action,
  id: string,
  { streams, targets }: Pick<Repository, 'streams' | 'targets'>,
  ports: Pick<Ports, 'cloud' | 'log'>,
): Promise<void> {
  const stream = findStream({ streams }, id)?.stream;
  const aws = reachOf(action);
  if (aws === undefined || stream === undefined || !('release' in action)) return;
  // A release that is recorded was launched.
  if (action.kind === 'mint' || action.kind === 'release') assertReachable(targets?.aws?.launch);
  const { version, architectures } = action.release;
  const release = { stream: id, name: stream.name, version, architectures };
  await preflight({ ...aws, account: targets?.aws?.account, release }, ports);
}

function reachOf(action: Action) {
  switch (action.kind) {
    case 'mint':
    case 'release':
      return action.release.targets.aws;
    case 'continue':
    case 'extend':
      return action.aws;
    default:
      return undefined;
  }
}
