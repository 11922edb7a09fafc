/** The guest and the world around it: clock and network. */
import {
  failed,
  type GuestCheck,
  judgeFindings,
  mainFirmware,
  mainGuests,
  quoteWord,
  readFields,
} from '../check.ts';
import { clockToleranceSeconds } from '../limits.ts';

export const clockRight: GuestCheck = {
  id: 'clock-right',
  title: 'The clock is right',
  purpose: 'Certificates and logs depend on the time.',
  expectation: `The clock is within ${clockToleranceSeconds} s of the host's, and the time zone is that of the kickstart.`,
  guests: mainGuests,
  phase: 'after-boot',
  seconds: 30,
  // A system without /etc/localtime keeps UTC (localtime(5)); one without zone files can keep nothing else.
  script: ({ spec }) => `wanted=/usr/share/zoneinfo/${quoteWord(spec.timezone)}
if [ ! -e /etc/localtime ]; then echo zone=UTC
elif cmp -s /etc/localtime "$wanted"; then echo zone=${quoteWord(spec.timezone)}
else echo "zone=$(readlink /etc/localtime)"; fi
echo "now=$(date +%s.%N)"`,
  judge({ stdout, receivedAt }, { spec }) {
    const fields = readFields(stdout);
    const offset = Number(fields.get('now') ?? Number.NaN) - receivedAt / 1000;
    if (!Number.isFinite(offset)) return failed('the clock cannot be read');
    const zone = fields.get('zone') ?? 'unknown';
    const utc = ['UTC', 'Etc/UTC'];
    const sameZone = zone === spec.timezone || (utc.includes(zone) && utc.includes(spec.timezone));
    const away = `${Math.abs(offset).toFixed(0)} s ${offset < 0 ? 'behind' : 'ahead of'} the host`;
    return judgeFindings(
      [
        ...(Math.abs(offset) <= clockToleranceSeconds ? [] : [away]),
        ...(sameZone ? [] : [`the time zone is ${zone}, not ${spec.timezone}`]),
      ],
      `${away}, zone ${zone}`,
    );
  },
};

export const networkUp: GuestCheck = {
  id: 'network-up',
  title: 'The network works',
  purpose: 'An instance without a network is of no use.',
  expectation:
    'An interface has an IPv4 address from DHCP, there is a default route and a name server, and a TCP connection to another host carries data both ways.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: ({
    echoPort,
  }) => `echo "address=$(ip -4 -o address show scope global | awk '{ print $2, $4 }' | tr '\\n' ' ')"
echo "route=$(ip -4 route show default | head -n 1)"
servers=$(cat /run/systemd/resolve/resolv.conf /etc/resolv.conf 2>/dev/null | awk '$1 == "nameserver" && $2 !~ /^127\\./ { print $2 }' | sort -u | tr '\\n' ' ')
echo "resolver=$servers"
grep -c '^nameserver' /etc/resolv.conf | sed 's/^/configured=/'
exec 3<>/dev/tcp/10.0.2.2/${Math.trunc(echoPort)} && echo hello >&3 && IFS= read -r -t 20 line <&3 && echo "reply=$line"`,
  judge({ stdout, stderr }) {
    const fields = readFields(stdout);
    const value = (name: string) => fields.get(name) ?? '';
    return judgeFindings(
      [
        ...(value('address') === '' ? ['no address'] : []),
        ...(value('route') === '' ? ['no default route'] : []),
        ...(value('resolver') === '' ? ['no name server beyond the machine itself'] : []),
        ...(Number(value('configured')) > 0 ? [] : ['/etc/resolv.conf names no server']),
        ...(value('reply') === 'aperiodic' ? [] : [`no answer over TCP: ${stderr.trim().slice(-200)}`]),
      ],
      `${value('address')}; ${value('route')}; name server ${value('resolver')}; TCP answered`,
    );
  },
};
