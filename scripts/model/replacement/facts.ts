/** What is asked of the guest of each release, and what it answered. */
import { compareText } from '../order.ts';
import { readFields } from '../qa/check.ts';
import type { Fragment, Frame } from '../qa/frame.ts';
import { settleSeconds } from '../qa/limits.ts';
import { probeUser, serviceName, volumeFolder } from './user-data.ts';

/** What is reported when it differs. */
export const listNames = [
  'enabled-units',
  'active-services',
  'listening',
  'users',
  'mounts',
  'kernel',
  'packages',
] as const;
export type ListName = (typeof listNames)[number];

export interface Facts {
  /** Entry of the default user in the user database, without its description: `debian:1000:1000:/home/debian:/bin/bash`. */
  login: string;
  hostname: string;
  bootId: string;
  /** Seconds until systemd had started everything; undefined when it never had. */
  systemSeconds: number | undefined;
  /** Digest, owner and mode of each file that was stored; empty without a volume. */
  data: string[];
  /** Source and type of what is mounted at the volume's folder; empty when nothing is. */
  volume: string;
  /** ActiveState and UnitFileState of the service of the user data: `active enabled`. */
  service: string;
  /** Boots in which that service wrote to the volume, oldest first. */
  starts: string[];
  lists: Record<ListName, string[]>;
}

const shortSeconds = 60;

const lists: Record<ListName, string> = {
  'enabled-units':
    "systemctl list-unit-files --state=enabled --no-legend --plain --no-pager | awk '{print $1}'",
  'active-services': `systemctl list-unit-files --type=service --state=enabled --no-legend --plain --no-pager |
awk '$1 !~ /@[.]/ {print $1}' |
while read -r unit; do systemctl --quiet is-active -- "$unit" && printf '%s\\n' "$unit"; done; true`,
  listening: "ss -H -l -n -t -u | awk '{print $1, $5}'",
  users: 'getent passwd | cut -d : -f 1,3,4,6,7',
  mounts: 'findmnt --real -r -n -o TARGET,SOURCE,FSTYPE',
  kernel: 'uname -r',
  packages: `if command -v dpkg-query >/dev/null
then dpkg-query -W -f '\${db:Status-Abbrev} \${Package} \${Version} \${Architecture}\\n' | sed -n 's/^ii *//p'
else rpm -qa --queryformat '%{NAME} %{VERSION}-%{RELEASE} %{ARCH}\\n'
fi`,
};

/** Waits until cloud-init and systemd are done: what is asked later is about a guest at rest. */
const settle: Fragment = {
  id: 'settled',
  seconds: settleSeconds,
  script: 'cloud-init status --wait >/dev/null; systemctl is-system-running --wait >/dev/null; true',
};

/** Stores files as a program and as the default user would; asked of the first guest only. */
export const storeData: Fragment = {
  id: 'store',
  seconds: shortSeconds,
  script: `set -e
cd ${volumeFolder}
mountpoint -q .
install -d -m 0750 kept
head -c 4194304 /dev/urandom > kept/random
printf 'kept\\n' > kept/owned
chmod 0640 kept/owned
sync -f .
echo stored=1`,
};

/** @param key public half of the key of both guests: who has it is the default user */
export function factFragments(key: string): Fragment[] {
  const [, material = ''] = key.trim().split(/\s+/);
  if (!/^[A-Za-z0-9+/=]+$/.test(material)) throw new RangeError('the key is not a line of authorized_keys');
  return [
    settle,
    {
      id: 'about',
      seconds: shortSeconds,
      script: `finish=$(systemctl show --property=FinishTimestampMonotonic --value)
echo "finish=$finish"
echo "hostname=$(hostname)"
echo "boot=$(cat /proc/sys/kernel/random/boot_id)"
echo "volume=$(findmnt -r -n -o SOURCE,FSTYPE -- ${volumeFolder})"
state() { systemctl show --property="$1" --value -- ${serviceName}; }
echo "service=$(state ActiveState) $(state UnitFileState)"
getent passwd | while IFS=: read -r name _ id group _ home shell; do
  [ "$id" -ne 0 ] && [ "$name" != ${probeUser} ] || continue
  grep -q -s -F -- '${material}' "$home/.ssh/authorized_keys" || continue
  echo "login=$name:$id:$group:$home:$shell"
done`,
    },
    {
      id: 'data',
      seconds: shortSeconds,
      script: `cd ${volumeFolder} && for file in kept/*; do
  [ -f "$file" ] && printf '%s %s %s\\n' "$file" "$(stat -c '%u:%g %a %s' -- "$file")" "$(sha256sum < "$file" | cut -c 1-64)"
done`,
    },
    { id: 'starts', seconds: shortSeconds, script: `cat ${volumeFolder}/starts` },
    ...listNames.map((id) => ({ id, seconds: shortSeconds, script: lists[id] })),
  ];
}

/** Most lines of an answer that are read, and most characters of one: a guest may say anything. */
const maxLines = 2000;
const maxPackages = 20_000;
const maxLine = 1000;

/** @param frames by the id of their fragment; an answer that did not come is empty */
export function readFacts(frames: ReadonlyMap<string, Frame>): Facts {
  const linesOf = (id: string) =>
    cleanLines(frames.get(id)?.stdout ?? '', id === 'packages' ? maxPackages : maxLines);
  const about = readFields(frames.get('about')?.stdout ?? '');
  const listOf = (id: ListName) => [...new Set(linesOf(id))].sort(compareText);
  const finish = Number(about.get('finish') ?? 0);
  return {
    login: about.get('login') ?? '',
    hostname: about.get('hostname') ?? '',
    bootId: about.get('boot') ?? '',
    systemSeconds: Number.isFinite(finish) && finish > 0 ? Math.round(finish / 1e5) / 10 : undefined,
    data: linesOf('data').sort(compareText),
    volume: about.get('volume') ?? '',
    service: about.get('service') ?? '',
    starts: linesOf('starts'),
    lists: {
      'enabled-units': listOf('enabled-units'),
      'active-services': listOf('active-services'),
      listening: listOf('listening'),
      users: listOf('users'),
      mounts: listOf('mounts'),
      kernel: listOf('kernel'),
      packages: listOf('packages'),
    },
  };
}

/** Why a guest cannot be the one that is replaced: what the user data asks for is not there. Undefined when it is. */
export function findUnready({ login, data, volume, service, starts, bootId }: Facts): string | undefined {
  if (login === '') return 'no user but root has the key';
  if (volume === '') return `no volume is mounted on ${volumeFolder}`;
  if (data.length === 0) return 'no data could be stored on the volume';
  if (service !== 'active enabled') return `${serviceName} is '${service}', not active and enabled`;
  return starts.length === 1 && starts[0] === bootId ? undefined : 'the service wrote nothing to the volume';
}

/** Without control characters. */
function cleanLines(text: string, most: number): string[] {
  return text
    .split('\n')
    .map((line) => line.slice(0, maxLine).replace(/\p{C}/gu, '').trim())
    .filter((line) => line !== '')
    .slice(0, most);
}
