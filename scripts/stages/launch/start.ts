/** Starts one instance of an AMI, with a key of its own, that only its security group's addresses reach. */
import { randomBytes } from 'node:crypto';
import { clientToken, type ImageIdentity } from '../../model/aws-names.ts';
import { AperiodicError } from '../../model/errors.ts';
import { launchName, launchTags, leftoverTags, renderUserData } from '../../model/launch.ts';
import type { LaunchSettings } from '../../model/types.generated.ts';
import type { CloudInstance, CloudRegion, Ports } from '../../ports.ts';
import { settle } from '../cloud/settle.ts';
import { assertNotEnded } from './ending.ts';

/** Milliseconds. */
const visible = 5 * 60_000;
const running = 10 * 60_000;
const again = 2_000;
const attempts = 4;

export interface StartRequest {
  identity: ImageIdentity;
  ami: string;
  instanceType: string;
  settings: LaunchSettings;
  gibibytes: number;
  /** A line of authorized_keys. */
  publicKey: string;
  /** What the user-data script writes. */
  mark: string;
}

/** Key pair, group and instance; returns the instance's id before it runs. What was there of them is cleared away before. */
export async function startInstance(
  { identity, ami, instanceType, settings, gibibytes, publicKey, mark }: StartRequest,
  region: CloudRegion,
  clock: Ports['clock'],
): Promise<string> {
  const name = launchName(identity);
  const tags = launchTags(identity);
  await importKey(name, publicKey, tags, region, clock);
  const group = settings.securityGroup ?? (await makeGroup(identity, settings, region, clock));
  return await region.runInstance({
    ami,
    instanceType,
    key: name,
    group,
    subnet: settings.subnet,
    gibibytes,
    userData: renderUserData(mark),
    tags,
    // New for each launch: AWS gives the instance of an old token even when it has ended.
    token: clientToken(`launch ${randomBytes(16).toString('hex')}`, region.id, identity),
  });
}

/** The instance once it runs and has an address. @throws AperiodicError as {@link assertNotEnded} */
export async function waitForInstance(
  id: string,
  { address = 'public' }: LaunchSettings,
  region: CloudRegion,
  clock: Ports['clock'],
): Promise<{ instance: CloudInstance; host: string; port: number }> {
  const hostOf = (seen: CloudInstance | undefined) =>
    address === 'public' ? seen?.publicAddress : seen?.privateAddress;
  const instance = await settle({
    what: `the instance ${id} in ${region.id} runs and has a ${address} address`,
    read: () => region.instance(id),
    accept: (seen) => {
      assertNotEnded(seen, region.id);
      return seen?.state === 'running' && hostOf(seen) !== undefined;
    },
    limit: running,
    clock,
  });
  const host = hostOf(instance);
  if (instance === undefined || host === undefined)
    throw new AperiodicError('internal', `the instance ${id} in ${region.id} has no address`);
  return { instance, host, port: portOf(instance) };
}

/** An endpoint that runs its instances on this machine cannot give each of them port 22. */
function portOf({ tags }: CloudInstance): number {
  const port = Number(tags['localcloud:ssh-port'] ?? 22);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 22;
}

/** One that is there is of a run before, or of a call whose answer was lost: nobody knows its other half. */
async function importKey(
  name: string,
  publicKey: string,
  tags: Record<string, string>,
  region: CloudRegion,
  clock: Ports['clock'],
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await region.importKey(name, publicKey, tags);
      return;
    } catch (error) {
      if (!isConflict(error) || attempt === attempts) throw error;
      await region.deleteKey(name);
      await clock.sleep(again);
    }
  }
}

async function makeGroup(
  identity: ImageIdentity,
  { allowFrom }: LaunchSettings,
  region: CloudRegion,
  clock: Ports['clock'],
): Promise<string> {
  const group = await region
    .makeGroup(launchName(identity), launchTags(identity))
    .catch(async (error: unknown) => {
      if (!isConflict(error)) throw error;
      const [found] = await settle({
        what: `the security group ${launchName(identity)} shows in ${region.id}`,
        read: () => region.findGroups(leftoverTags(identity)),
        accept: (groups) => groups.length > 0,
        limit: visible,
        clock,
      });
      if (found === undefined) throw error;
      return found;
    });
  if (allowFrom !== undefined) await region.allowSsh(group, allowFrom);
  return group;
}

function isConflict(error: unknown): error is AperiodicError {
  return error instanceof AperiodicError && error.code === 'conflict';
}
