/** Who can get in: only a key, and never root. */
import {
  failed,
  type GuestCheck,
  judgeFindings,
  mainFirmware,
  type Outside,
  type OutsideCheck,
  passed,
  quoteWord,
  type Verdict,
} from '../check.ts';
import { judgePasswords } from '../passwords.ts';

/**
 * A server names the ways that it offers when it turns a client down (RFC 4252, section 5.1), so a client that
 * brings no key learns all of them, and a password need not be guessed.
 */
async function probeMethods(guest: Outside, user: readonly string[], methods: string): Promise<Verdict> {
  const answer = await guest.tryLogin([
    ...user,
    '-o',
    'PubkeyAuthentication=no',
    '-o',
    `PreferredAuthentications=${methods}`,
  ]);
  const offered = /Permission denied \(([^)]*)\)/.exec(answer.stderr)?.[1];
  if (answer.exitCode === 0) return failed('a login without a key was accepted');
  if (offered === undefined) return failed(`no clear refusal: ${answer.stderr.trim().slice(-300)}`);
  return offered === 'publickey' ? passed(`refused; offered: ${offered}`) : failed(`offered: ${offered}`);
}

export const passwordRefused: OutsideCheck = {
  id: 'password-refused',
  title: 'Passwords are refused',
  purpose: 'Instances are reachable from the whole Internet, and passwords are guessed.',
  expectation: 'A login by password or keyboard-interactive is refused, and only publickey is offered.',
  guests: mainFirmware,
  phase: 'after-boot',
  probe: async (guest) => await probeMethods(guest, [], 'password,keyboard-interactive'),
};

export const rootRefused: OutsideCheck = {
  id: 'root-login-refused',
  title: 'Nobody logs in as root',
  purpose: 'Work as root goes through sudo and leaves a name in the log.',
  expectation: 'A login as root gets no shell, neither without a key nor with the key of the default user.',
  guests: mainFirmware,
  phase: 'after-boot',
  async probe(guest) {
    const without = await probeMethods(guest, ['-l', 'root'], 'password,keyboard-interactive');
    if (!without.passed) return failed(`without a key: ${without.seen}`);
    const answer = await guest.tryLogin(['-l', 'root'], 'with-key');
    const text = `${answer.stdout}\n${answer.stderr}`.trim().replaceAll('\n', ' ').slice(0, 300);
    if (/uid=/.test(answer.stdout)) return failed(`with the key: ${text}`);
    return passed(`without a key: ${without.seen}\nwith the key: ${text}`);
  },
};

const settings: readonly { name: string; accepted: readonly string[] }[] = [
  { name: 'passwordauthentication', accepted: ['no'] },
  { name: 'kbdinteractiveauthentication', accepted: ['no'] },
  { name: 'permitemptypasswords', accepted: ['no'] },
  { name: 'pubkeyauthentication', accepted: ['yes'] },
  { name: 'hostbasedauthentication', accepted: ['no'] },
  { name: 'permituserenvironment', accepted: ['no'] },
  { name: 'strictmodes', accepted: ['yes'] },
  { name: 'x11forwarding', accepted: ['no'] },
  {
    name: 'permitrootlogin',
    accepted: ['no', 'without-password', 'prohibit-password', 'forced-commands-only'],
  },
];

export const sshSettings: GuestCheck = {
  id: 'ssh-settings',
  title: 'The ssh server takes only keys',
  purpose: 'What the server is set to do holds for every user, not only for those that were tried.',
  expectation: `\`sshd -T\` says ${settings.map(({ name, accepted }) => `${name} ${accepted.join(' or ')}`).join(', ')}.`,
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: () => 'sshd -T',
  judge({ exitCode, stdout, stderr }) {
    if (exitCode !== 0) return failed(`sshd -T ended with exit code ${exitCode}: ${stderr.trim()}`);
    const effective = new Map<string, string>();
    for (const line of stdout.split('\n')) {
      const [name = '', ...value] = line.trim().split(' ');
      effective.set(name.toLowerCase(), value.join(' '));
    }
    const seen = settings.map(({ name, accepted }) => {
      const value = effective.get(name) ?? 'not set';
      return { text: `${name} ${value}`, good: accepted.includes(value) };
    });
    return judgeFindings(
      seen.filter(({ good }) => !good).map(({ text }) => text),
      seen.map(({ text }) => text).join(', '),
    );
  },
};

export const accountsLocked: GuestCheck = {
  id: 'accounts-locked',
  title: 'Root is locked and no account has an empty password',
  purpose: 'A password that everybody knows, or none, opens the console of every instance.',
  expectation:
    'In /etc/shadow root and every other account have no usable password, save those that the kickstart gives one.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 30,
  // The hashes stay in the guest: only their kind is printed.
  script: () =>
    `awk -F: '{ kind = ($2 == "") ? "empty" : ($2 ~ /^[!*]/) ? "locked" : "usable"; print $1 ":" kind }' ${quoteWord('/etc/shadow')}`,
  judge({ exitCode, stdout }, { spec }) {
    return judgePasswords(exitCode === 0 ? stdout.trim().split('\n') : [], spec);
  },
};
