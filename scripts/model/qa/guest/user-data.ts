/**
 * cloud-init does what user data asks for (Fedora: Basic Release Criteria, "Cloud image autoconfiguration";
 * cloud-init documentation, "User data formats" and "Module reference").
 */
import {
  failed,
  type GuestCheck,
  judgeFindings,
  mainFirmware,
  type OutsideCheck,
  passed,
  readFields,
} from '../check.ts';
import { qaDomain, qaHostname, qaUser, scriptFile, writtenFiles } from '../user-data.ts';

const { text, program } = writtenFiles;
const fullName = `${qaHostname}.${qaDomain}`;

/** What the script prints when all is as the user data says. */
const wanted: Readonly<Record<string, string>> = {
  script: 'as root',
  text_mode: `${Number.parseInt(text.permissions, 8).toString(8)} ${text.owner}`,
  text: text.content.trim(),
  program_mode: `${Number.parseInt(program.permissions, 8).toString(8)} ${program.owner}`,
  program: 'from base64',
  sudo: 'root',
  shell: '/bin/bash',
  keys: '1',
  hostname: qaHostname,
  full_hostname: fullName,
  stored_hostname: qaHostname,
};

export const userDataApplied: GuestCheck = {
  id: 'user-data-applied',
  title: 'User data is applied',
  purpose: 'User data is how instances are set up: a part that is left out silently leaves them half done.',
  expectation: `A script part ran once as root; write_files made a file with owner and mode and one from base64; another user has a shell, a key and sudo without a password; the host name is ${qaHostname}, in full ${fullName}.`,
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 60,
  script: () => `echo "script=$(cat ${scriptFile})"
echo "text_mode=$(stat -c '%a %U:%G' ${text.path})"
echo "text=$(cat ${text.path})"
echo "program_mode=$(stat -c '%a %U:%G' ${program.path})"
echo "program=$(${program.path})"
echo "sudo=$(runuser -u ${qaUser} -- sudo -n id -un)"
echo "shell=$(getent passwd ${qaUser} | cut -d : -f 7)"
echo "keys=$(grep -c '^ssh-' ~${qaUser}/.ssh/authorized_keys)"
echo "hostname=$(hostname)"
echo "full_hostname=$(hostname -f)"
echo "stored_hostname=$(cat /etc/hostname)"`,
  judge({ stdout }) {
    const fields = readFields(stdout);
    const findings = Object.entries(wanted)
      .filter(([name, value]) => fields.get(name) !== value)
      .map(([name, value]) => `${name.replaceAll('_', ' ')}: '${fields.get(name) ?? ''}', not '${value}'`);
    return judgeFindings(findings, `script, files, user ${qaUser} and host name ${fullName} as asked`);
  },
};

export const userDataLogin: OutsideCheck = {
  id: 'user-data-login',
  title: 'A user of the user data logs in',
  purpose: 'Whoever makes users by user data has no other way in.',
  expectation: `${qaUser}, whom the user data makes, gets a shell over ssh with the given key.`,
  guests: mainFirmware,
  phase: 'after-boot',
  async probe(guest) {
    const answer = await guest.tryLogin(['-l', qaUser], 'with-key');
    const seen = `${answer.stdout}\n${answer.stderr}`.trim().slice(0, 300);
    const good = answer.exitCode === 0 && answer.stdout.includes(`(${qaUser})`);
    return good ? passed(seen) : failed(`exit code ${answer.exitCode}: ${seen}`);
  },
};

export const scriptRanOnce: GuestCheck = {
  id: 'user-data-once',
  title: 'Scripts of the user data run once',
  purpose: 'What sets an instance up must not do so again at each boot.',
  expectation: 'After the reboot the script part has still run only once.',
  guests: mainFirmware,
  phase: 'after-reboot',
  seconds: 30,
  script: () => `wc -l < ${scriptFile}`,
  judge({ stdout }) {
    const runs = stdout.trim();
    return runs === '1' ? passed('once') : failed(runs === '' ? 'never' : `${runs} times`);
  },
};
