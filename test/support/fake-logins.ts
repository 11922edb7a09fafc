/** Instances that answer over a fake ssh, and pass every check unless told. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Cloud, InstanceRequest, Logins } from '../../scripts/ports.ts';
import { createFakeGuest, type GuestBehaviour } from '../stages/fake-guest.ts';
import { goodAnswers } from './fake-ports-guests.ts';

const gib = 1024 ** 3;
export const fakeKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake aperiodic';
const fingerprint = 'SHA256:fakefakefakefakefakefakefakefakefakefakefak';

/** What a console says of a good instance. */
export const goodConsole = `ci-info: no authorized keys
<14>ec2: 256 ${fingerprint} root@test (ED25519)
test login: `;

export interface FakeLoginsOptions {
  now: () => Date;
  /** What is installed, one package a line. */
  packages: () => Promise<string>;
  /** Instead of a good guest's. */
  behaviour?: Partial<GuestBehaviour>;
  log?: string[];
  launch: () => LaunchSeen;
}

export interface LaunchSeen {
  id: string;
  region: string;
  request: InstanceRequest;
}

/** What an instance answers to the checks that only it gets. */
export function instanceAnswers({
  id,
  region,
  request: { ami, userData },
}: LaunchSeen): Record<string, string> {
  return {
    'imds-token-required': `without=401\ninstance=${id}\nami=${ami}\n`,
    'ec2-datasource': `source=aws\nplatform=ec2\nregion=${region}\nclass=DataSourceEc2Local\n`,
    'only-launch-key': `key: cloud-user ${fakeKey}\n`,
    'hostname-from-metadata': 'wanted=ip-10-0-0-1.internal\nname=ip-10-0-0-1\n',
    'user-data-ran': `${/printf '%s\\\\n' ([0-9a-f]{32})/.exec(userData)?.[1] ?? 'none'}\n`,
    'root-on-nvme': '/dev/nvme0n1p3\n',
    'cloud-init-done': `status: done
btime=1
result={"v1":{"datasource":"DataSourceEc2Local","errors":[]}}
status={"v1":{"modules-final":{"finished":61}}}`,
  };
}

export function createFakeLogins({
  now,
  packages,
  behaviour = {},
  log = [],
  launch,
}: FakeLoginsOptions): Logins {
  return {
    makeLogin: async () => ({
      publicKey: fakeKey,
      forget: async () => {
        log.push('forgets the key');
      },
      reach: ({ host, port, user }) => {
        log.push(`reaches ${user} at ${host} ${port}`);
        let guest: Promise<ReturnType<typeof createFakeGuest>> | undefined;
        const open = async () => {
          const seconds = Math.floor(now().getTime() / 1000);
          const good = goodAnswers({
            diskSize: launch().request.gibibytes * gib,
            seconds,
            packages: await packages(),
          });
          const answers = { ...good, ...instanceAnswers(launch()), ...behaviour.answers };
          const tryLogin: GuestBehaviour['tryLogin'] = async (options, key) => {
            if (options.includes('LogLevel=DEBUG1'))
              return {
                exitCode: 0,
                stdout: 'uid=1000',
                stderr: `debug1: Server host key: ssh-ed25519 ${fingerprint}\n`,
              };
            if (key === 'with-key') return { exitCode: 142, stdout: 'Please login as', stderr: '' };
            return { exitCode: 255, stdout: '', stderr: 'guest: Permission denied (publickey).' };
          };
          return createFakeGuest({ firmware: 'ec2' }, { tryLogin, ...behaviour, answers }, log);
        };
        const opened = () => {
          guest ??= open();
          return guest;
        };
        return {
          waitForLogin: async (seconds, watch) => {
            await watch();
            await (await opened()).waitForLogin(seconds);
          },
          run: async (script, seconds, onLine) => await (await opened()).run(script, seconds, onLine),
          tryLogin: async (options, key) => await (await opened()).tryLogin(options, key),
          reboot: async (seconds, watch, restart) => {
            await restart?.();
            await watch();
            await (await opened()).reboot(seconds);
          },
        };
      },
    }),
  };
}

/** A cloud, and what was asked of it for the instance that was started last. */
export function rememberLaunch(cloud: Cloud): { cloud: Cloud; launch: () => LaunchSeen } {
  let last: LaunchSeen | undefined;
  const region: Cloud['region'] = (id, patience) => {
    const real = cloud.region(id, patience);
    return {
      ...real,
      runInstance: async (request) => {
        const instance = await real.runInstance(request);
        last = { id: instance, region: id, request };
        return instance;
      },
    };
  };
  return {
    cloud: { ...cloud, region },
    launch: () => {
      if (last === undefined) throw new Error('nothing was launched');
      return last;
    },
  };
}

/** The fake builder writes what is installed into the image: text of the newest one below a folder. */
export async function readNewestImage(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const images = names.filter((name) => name.endsWith('.raw')).map((name) => path.join(folder, name));
  const dated = await Promise.all(images.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  const [newest] = dated.sort((a, b) => b.time - a.time);
  return newest === undefined ? '' : await readFile(newest.file, 'utf8');
}
