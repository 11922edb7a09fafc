/** What an instance shows to the world and to whom it opens: ports, keys, certificates that it trusts. */
import { failed, type GuestCheck, judgeFindings, mainFirmware, passed, readFields } from '../check.ts';
import { minCertificates } from '../limits.ts';

/** `tcp 22` for a socket of `ss`; an address ends with its port, IPv6 in brackets, an interface after a percent sign. */
const localSocket = /^(tcp|udp)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s/;

/** Ports that may be open to others: ssh, and the answers of DHCP servers (RFC 2131: 68; RFC 8415: 546). */
const knownPorts = ['tcp 22', 'udp 546', 'udp 68'];

export const listeningPorts: GuestCheck = {
  id: 'listening-ports',
  title: 'Only ssh listens',
  purpose: 'Whatever listens can be attacked, from the first minute of an instance on.',
  expectation: `No socket listens on an address other than loopback but ${knownPorts.join(', ')} (ssh and the DHCP client).`,
  measures: { listening: 'protocols and ports that others can reach' },
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 30,
  script: () => 'ss -H -lntu',
  judge({ exitCode, stdout }) {
    const sockets = stdout.split('\n').flatMap((line) => {
      const [, protocol, address = '', port] = localSocket.exec(line) ?? [];
      const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\])(%\S+)?$/.test(address) || address.endsWith('%lo');
      return protocol === undefined || loopback ? [] : [`${protocol} ${port}`];
    });
    const listening = [...new Set(sockets)].sort();
    if (exitCode !== 0 || !listening.includes('tcp 22')) return failed('the ssh server is not seen');
    return judgeFindings(
      listening.filter((socket) => !knownPorts.includes(socket)),
      listening.join(', '),
      { listening },
    );
  },
};

/** Keys in any home are compared with those that the data source brought; key material stays in the guest. */
const keysScript = `given=$(cat /var/lib/cloud/instance/user-data.txt /run/cloud-init/instance-data-sensitive.json 2>/dev/null |
  grep -oE '(ssh|ecdsa|sk)-[a-z0-9@.-]+ AAAA[A-Za-z0-9+/=]+' | sort -u)
getent passwd | cut -d : -f 1,6 | while IFS=: read -r name home; do
  for file in "$home"/.ssh/authorized_keys "$home"/.ssh/authorized_keys2; do
    [ -s "$file" ] || continue
    grep -oE '(ssh|ecdsa|sk)-[a-z0-9@.-]+ AAAA[A-Za-z0-9+/=]+' "$file" | while read -r key; do
      case "$given" in *"$key"*) echo "key: given $name" ;; *) echo "key: strange $name" ;; esac
    done
  done
done
stat -c 'host key: %a %U %n' /etc/ssh/ssh_host_*_key`;

export const authorizedKeys: GuestCheck = {
  id: 'authorized-keys',
  title: 'Only the given keys log in',
  purpose:
    'A key that nobody asked for is a way in for somebody else, and a host key that others can read is no proof.',
  expectation:
    'Every key in an authorized_keys of any account came from the data source, or the kickstart gives it by sshkey; host keys belong to root, who alone can read them.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: () => keysScript,
  judge({ stdout }, { spec }) {
    const all = [...stdout.matchAll(/^key: (given|strange) (.*)$/gm)];
    const asked = new Set(spec.sshKeys.map(({ user }) => user));
    const hostKeys = [...stdout.matchAll(/^host key: (\S+) (\S+) (.*)$/gm)];
    if (all.length === 0 || hostKeys.length === 0) return failed('no keys are seen');
    const strange = all.filter(([, kind, name = '']) => kind === 'strange' && !asked.has(name));
    const open = hostKeys.filter(([, mode, owner]) => mode !== '600' || owner !== 'root');
    return judgeFindings(
      [
        ...strange.map(([, , name]) => `${name} has a key that was not given`),
        ...open.map(([, mode, owner, file]) => `${file} has mode ${mode} and belongs to ${owner}`),
      ],
      `keys of ${[...new Set(all.map(([, , name]) => name))].join(', ')}; ${hostKeys.length} host keys`,
    );
  },
};

export const trustStore: GuestCheck = {
  id: 'trust-store',
  title: 'Programs find the certificates',
  purpose: 'A store that libraries cannot read makes every download and every call of a cloud fail.',
  expectation: `Python's default TLS settings load at least ${minCertificates} certificates, and openssl finds one by its hash.`,
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: () => `echo "loaded=$(python3 -c '
import ssl
print(len(ssl.create_default_context().get_ca_certs()))')"
one=$(find /etc/ssl/certs/ /etc/pki/ca-trust/extracted -maxdepth 2 -name '*.pem' ! -name '*bundle*' 2>/dev/null | sort | head -n 1)
echo "verified=$(openssl verify -no-CAfile -no-CAstore -CApath /etc/ssl/certs "$one" 2>&1 | tail -n 1)"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const loaded = Number(fields.get('loaded') || Number.NaN);
    const verified = fields.get('verified') ?? '';
    if (!(loaded >= minCertificates)) return failed(`python3 loads ${fields.get('loaded') || 'none'}`);
    return verified.endsWith(': OK')
      ? passed(`${loaded} certificates`)
      : failed(`openssl: ${verified || 'no answer'}`);
  },
};
