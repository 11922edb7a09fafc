/** What only an instance of the AMI shows: the metadata service, and what cloud-init makes of it. */
import { userDataMark } from '../../launch.ts';
import {
  failed,
  type GuestCheck,
  type GuestContext,
  type InstanceFacts,
  judgeFindings,
  type OutsideCheck,
  passed,
  quoteWord,
  readFields,
} from '../check.ts';

const onEc2 = { guests: ['ec2'], phase: 'after-boot', seconds: 60 } satisfies Partial<GuestCheck>;

/** The metadata service, asked by bash alone: an image need not have curl. EC2 User Guide, "Use the IMDS". */
const askMetadata = `ask() {
  exec 3<>/dev/tcp/169.254.169.254/80 || return
  printf '%s %s HTTP/1.0\\r\\nHost: 169.254.169.254\\r\\n%s\\r\\n' "$1" "$2" "$3" >&3
  timeout 20 cat <&3 | tr -d '\\r'
  exec 3>&-
}
code() { sed -n '1s/^HTTP[^ ]* \\([0-9]*\\).*/\\1/p'; }
body() { sed '1,/^$/d'; }
token=$(ask PUT /latest/api/token $'X-aws-ec2-metadata-token-ttl-seconds: 60\\r\\n' | body)
get() { ask GET "/latest/meta-data/$1" "X-aws-ec2-metadata-token: $token"$'\\r\\n' | body; }
`;

export const metadataNeedsToken: GuestCheck = {
  ...onEc2,
  id: 'imds-token-required',
  title: 'The metadata service answers only with a token',
  purpose: 'Without a token a web server on the instance could be made to hand out its credentials.',
  expectation:
    'A request to the metadata service without a token is refused with 401, and one with a token names the instance and the AMI.',
  script: () => `${askMetadata}echo "without=$(ask GET /latest/meta-data/instance-id '' | code)"
echo "instance=$(get instance-id)"
echo "ami=$(get ami-id)"`,
  judge({ stdout }, context) {
    const fields = readFields(stdout);
    const { id, ami } = factsOf(context);
    return judgeFindings(
      [
        ...(fields.get('without') === '401'
          ? []
          : [`without a token: ${fields.get('without') || 'no answer'}`]),
        ...differs('instance', fields.get('instance'), id),
        ...differs('AMI', fields.get('ami'), ami),
      ],
      `401 without a token; ${id} of ${ami} with one`,
    );
  },
};

export const datasourceEc2: GuestCheck = {
  ...onEc2,
  id: 'ec2-datasource',
  title: 'cloud-init knows that it is on EC2, and where',
  purpose: "Users' scripts ask cloud-init for the cloud and the region that they are in.",
  expectation:
    "cloud-init took the Ec2 data source, says that the cloud is aws, and names the launch's region.",
  script: () => `echo "source=$(cat /run/cloud-init/cloud-id)"
echo "platform=$(cloud-init query v1.platform)"
echo "region=$(cloud-init query v1.region)"
echo "class=$(cut -d: -f2 /var/lib/cloud/instance/datasource | tr -d ' ')"`,
  judge({ stdout }, context) {
    const fields = readFields(stdout);
    const { region } = factsOf(context);
    const source = fields.get('class') ?? '';
    return judgeFindings(
      [
        ...differs('cloud', fields.get('source'), 'aws'),
        ...differs('platform', fields.get('platform'), 'ec2'),
        ...differs('region', fields.get('region'), region),
        ...(/^DataSourceEc2(Local)?$/.test(source) ? [] : [`data source: ${source || 'none'}`]),
      ],
      `${source}, aws, ${region}`,
    );
  },
};

export const onlyLaunchKey: GuestCheck = {
  ...onEc2,
  id: 'only-launch-key',
  title: 'Only the key of the launch lets in',
  purpose: 'Whoever holds another key could log in to every instance.',
  expectation:
    "The default user has the launch's key and no other, root has it only with a command that says to log in as that user, and nobody else has one, save those that the kickstart adds by sshkey.",
  script: () => `getent passwd | while IFS=: read -r user _ _ _ _ home _; do
  for file in "$home/.ssh/authorized_keys" "$home/.ssh/authorized_keys2"; do
    [ -f "$file" ] && sed "s|^|key: $user |" -- "$file"
  done
done
true`,
  judge({ stdout }, context) {
    const { user, publicKey } = factsOf(context);
    const wanted = blobOf(publicKey);
    const asked = new Set(context.spec.sshKeys.map((one) => one.user));
    const findings: string[] = [];
    let found = 0;
    for (const line of stdout.split('\n')) {
      const [, owner, text = ''] = /^key: (\S+) (.*)$/.exec(line) ?? [];
      if (owner === undefined || /^\s*(#|$)/.test(text)) continue;
      const isLaunch = blobOf(text) === wanted;
      if (isLaunch && owner === user) found++;
      else if (isLaunch && owner === 'root' && /^[^"]*command="[^"]*Please login as/.test(text)) continue;
      else if (!asked.has(owner)) findings.push(`${owner}: ${text.slice(0, 120)}`);
    }
    if (found === 0) findings.push(`${user} has no key of the launch`);
    return judgeFindings(findings, `${user} has the key of the launch, and nobody another one`);
  },
};

/** The key itself in a line of authorized_keys, after options and type (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
function blobOf(line: string): string | undefined {
  return /(?:^|\s)(?:ssh|ecdsa|sk)-[\w@.-]+\s+([A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line)?.[1];
}

export const hostnameFromMetadata: GuestCheck = {
  ...onEc2,
  id: 'hostname-from-metadata',
  title: 'The host name is that of the metadata',
  purpose: 'Instances of one image are told apart by it in logs.',
  expectation: 'The host name is the first part of local-hostname in the metadata.',
  script: () => `${askMetadata}echo "wanted=$(get local-hostname)"
echo "name=$(hostname)"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const wanted = fields.get('wanted')?.split('.')[0] ?? '';
    const name = fields.get('name')?.split('.')[0] ?? '';
    if (wanted === '') return failed('the metadata names no host');
    return name === wanted ? passed(name) : failed(`${name}, not ${wanted}`);
  },
};

export const userDataRan: GuestCheck = {
  ...onEc2,
  id: 'user-data-ran',
  title: 'The user-data script ran',
  purpose: 'It is how instances are set up.',
  expectation: 'The script in the user data of the launch left its mark.',
  script: () => `cat ${quoteWord(userDataMark)}`,
  judge({ stdout, stderr }, context) {
    const seen = stdout.trim();
    return seen === factsOf(context).mark ? passed('it did') : failed(seen || stderr.trim() || 'no mark');
  },
};

export const rootOnNvme: GuestCheck = {
  ...onEc2,
  id: 'root-on-nvme',
  title: 'The root is on an NVMe disk',
  purpose: 'Every current instance type shows its volumes as NVMe disks.',
  expectation: 'The root file system is on an NVMe device.',
  script: () => 'findmnt -nvo SOURCE /',
  judge({ stdout }) {
    const source = stdout.trim();
    return /^\/dev\/nvme\d+n\d+/.test(source) ? passed(source) : failed(source || 'unknown');
  },
};

/** cloud-init prints the fingerprints (cc_keys_to_console); whoever logs in first compares them. */
export const hostKeyOnConsole: OutsideCheck = {
  id: 'host-key-on-console',
  title: 'The host key is the one on the console',
  purpose: 'The console is the only place to learn the key of a new machine without trusting the network.',
  expectation:
    'The fingerprint of the key that the ssh server shows is among those that cloud-init printed on the serial console.',
  guests: ['ec2'],
  phase: 'after-boot',
  async probe(guest) {
    const { stderr } = await guest.tryLogin(['-o', 'LogLevel=DEBUG1'], 'with-key');
    const shown = /Server host key: \S+ (SHA256:[A-Za-z0-9+/]+)/.exec(stderr)?.[1];
    if (shown === undefined) return failed('the ssh client named no host key');
    const printed = [...(await guest.serialTail(2000)).matchAll(/ (SHA256:[A-Za-z0-9+/]+) /g)].map(
      (match) => match[1],
    );
    if (printed.includes(shown)) return passed(shown);
    return failed(`${shown}; the console has ${printed.length === 0 ? 'none' : printed.join(', ')}`);
  },
};

function differs(what: string, seen: string | undefined, wanted: string): string[] {
  return seen === wanted ? [] : [`${what}: ${seen || 'none'}, not ${wanted}`];
}

function factsOf({ instance }: GuestContext): InstanceFacts {
  return instance ?? { id: '', ami: '', region: '', user: '', publicKey: '', mark: '' };
}
