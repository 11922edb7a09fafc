/** What a host of containers must do, offline: the container is made of the guest's own shell. */
import { type GuestCheck, judgeFindings, mainFirmware, readFields } from '../check.ts';

const name = 'aperiodic-qa';

/** A root of a few programs and the libraries that ldd(1) names, as one layer. */
const makeImage = `root=$(mktemp -d)
for program in /bin/bash /usr/bin/cat /usr/bin/sleep; do
  for file in "$program" $(ldd "$program" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$file")"; cp -L "$file" "$root$file"
  done
done
tar -C "$root" -c . | docker import - ${name} >/dev/null; rm -rf "$root"`;

const wanted: Readonly<Record<string, string>> = {
  ran: '42 as process 1',
  memory: '67108864',
  volume: 'kept',
  network: 'SSH-2.0',
  alone: 'lo',
};

export const containerEngine: GuestCheck = {
  id: 'container-engine',
  title: 'The engine runs containers',
  purpose: 'It is what the image is for.',
  expectation:
    'Without any registry Docker makes an image of a folder and runs it: as process 1, with a limit of memory, with a volume, on a network where it reaches the host and on none, with AppArmor and seccomp, on overlay2.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 300,
  needs: 'container-engine',
  script: () => `exec 2>&1
${makeImage}
data=$(mktemp -d)
run() { docker run --rm "$@"; }
echo "ran=$(run --network none ${name} /bin/bash -c 'echo "$((6 * 7)) as process $$"')"
echo "memory=$(run --network none --memory 64m ${name} /usr/bin/cat /sys/fs/cgroup/memory.max)"
run --network none --volume "$data:/data" ${name} /bin/bash -c 'echo kept > /data/file'
echo "volume=$(cat "$data/file")"
gateway=$(ip -4 -brief address show docker0 | grep -o '[0-9.]*/' | tr -d /)
echo "network=$(run ${name} /bin/bash -c "exec 3<>/dev/tcp/$gateway/22; IFS= read -r -n 7 -t 20 line <&3; echo \\"\\$line\\"" 2>&1 | tr '\\n' ' ')"
echo "alone=$(run --network none ${name} /usr/bin/cat /proc/net/dev | sed -n 's/^ *\\([^ :]*\\):.*/\\1/p' | tr '\\n' ' ')"
echo "driver=$(docker info --format '{{.Driver}}')"
echo "security=$(docker info --format '{{.SecurityOptions}}')"
# One that is to be there when the host was restarted.
docker run --detach --restart always --network none --name ${name}-stays ${name} /usr/bin/sleep infinity >/dev/null`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const of = (field: string) => fields.get(field) ?? 'nothing';
    const security = of('security');
    return judgeFindings(
      [
        ...Object.entries(wanted)
          .filter(([field, value]) => of(field) !== value)
          .map(([field, value]) => `${field}: '${of(field)}', not '${value}'`),
        ...(of('driver') === 'overlay2' ? [] : [`the storage driver is ${of('driver')}`]),
        ...['apparmor', 'seccomp']
          .filter((option) => !security.includes(`name=${option}`))
          .map((option) => `no ${option}: ${security}`),
      ],
      `${of('driver')}, ${security}`,
    );
  },
};

export const containerRestarted: GuestCheck = {
  id: 'container-restarted',
  title: 'Containers come back after a reboot',
  purpose: 'Services in containers are to be there when the host is.',
  expectation: 'A container that is always to be restarted runs again, and Docker removes it and its image.',
  guests: mainFirmware,
  phase: 'after-reboot',
  seconds: 120,
  needs: 'container-engine',
  script: () => `exec 2>&1
for _ in $(seq 30); do
  running=$(docker inspect --format '{{.State.Running}}' ${name}-stays)
  [ "$running" = true ] && break
  sleep 1
done
echo "running=$running"
docker rm --force ${name}-stays >/dev/null && docker rmi ${name} >/dev/null
echo "left=$(docker ps --all --quiet)$(docker images --quiet)"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const running = fields.get('running') ?? 'nothing';
    const left = fields.get('left') ?? 'nothing';
    return judgeFindings(
      [
        ...(running === 'true' ? [] : [`running: ${running}`]),
        ...(left === '' ? [] : [`left behind: ${left}`]),
      ],
      'it runs, and was removed',
    );
  },
};
