/** Did the system come up whole: cloud-init, systemd, its units, the console. */
import {
  everyGuest,
  failed,
  type GuestCheck,
  judgeFindings,
  mainGuests,
  type OutsideCheck,
  passed,
  readFields,
} from '../check.ts';
import { settleSeconds } from '../limits.ts';

/**
 * Waits for cloud-init and prints its state. Its own files are read (`status.json`, `result.json`: cloud-init
 * documentation, "Reported exit status and result files"), because an exit code alone hides recoverable errors.
 */
const cloudInitScript = `cloud-init status --wait --long
printf 'btime=%s\\n' "$(sed -n 's/^btime //p' /proc/stat)"
printf 'result=%s\\n' "$(tr -d '\\n' < /run/cloud-init/result.json)"
printf 'status=%s\\n' "$(tr -d '\\n' < /run/cloud-init/status.json)"
grep -h -E ' - [^ ]+\\[(WARNING|ERROR|CRITICAL)\\]: ' /var/log/cloud-init.log | head -n 20 | sed 's/^/logged: /'`;

export const cloudInitDone: GuestCheck = {
  id: 'cloud-init-done',
  title: 'cloud-init is done',
  purpose:
    'cloud-init brings the user, the key and the network of an instance: when it fails, nobody can log in.',
  expectation: 'cloud-init ends with status done and without errors, from the data source that it was given.',
  guests: everyGuest,
  phase: 'after-boot',
  seconds: settleSeconds,
  script: () => cloudInitScript,
  judge({ stdout }, { guest }) {
    const state = /^status: (.*)$/m.exec(stdout)?.[1] ?? 'no status';
    const fields = readFields(stdout);
    const result = readObject(readObject(fields.get('result')).v1);
    const source = String(result.datasource ?? 'no data source');
    const errors = Array.isArray(result.errors) ? result.errors.map(String) : ['result.json cannot be read'];
    const warnings = [...stdout.matchAll(/^logged: (.*)$/gm)].map((match) => match[1] ?? '').slice(0, 5);
    const findings = [
      ...(state === 'done' ? [] : [`status: ${state}`]),
      ...(source.startsWith(guest === 'ec2' ? 'DataSourceEc2' : 'DataSourceNoCloud')
        ? []
        : [`data source: ${source}`]),
      ...errors.map((error) => `error: ${error}`),
    ];
    const seen = [`done after ${readDuration(fields)}, from ${source}`, ...warnings].join('\n');
    return judgeFindings(findings.length === 0 ? [] : [...findings, ...warnings], seen);
  },
};

function readDuration(fields: ReadonlyMap<string, string>): string {
  const stages = Object.values(readObject(readObject(fields.get('status')).v1));
  const ends = stages.map((stage) => Number(readObject(stage).finished)).filter(Number.isFinite);
  const seconds = Math.max(...ends) - Number(fields.get('btime'));
  return Number.isFinite(seconds) ? `${seconds.toFixed(0)} s` : 'an unknown time';
}

/** An object, parsed when it is text; empty when it is not one. */
function readObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'string') {
    try {
      return readObject(JSON.parse(value));
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const running = {
  guests: everyGuest,
  seconds: settleSeconds,
  script: () => 'systemctl is-system-running --wait',
  judge: ({ stdout }: { stdout: string }) => {
    const state = stdout.trim();
    return state === 'running' ? passed(state) : failed(state === '' ? 'no answer' : state);
  },
} satisfies Partial<GuestCheck>;

export const systemRunning: GuestCheck = {
  ...running,
  id: 'system-running',
  title: 'The system is running',
  purpose: 'systemd says whether everything that should be up is up.',
  expectation: '`systemctl is-system-running` says running.',
  phase: 'after-boot',
};

const noFailedUnit = {
  guests: everyGuest,
  seconds: 60,
  script: () => 'systemctl list-units --state=failed --all --plain --no-legend --full',
  judge: ({ exitCode, stdout }: { exitCode: number; stdout: string }) => {
    const units = stdout.split('\n').filter((line) => line.trim() !== '');
    if (exitCode !== 0) return failed(`systemctl ended with exit code ${exitCode}`);
    return judgeFindings(units, 'none failed');
  },
} satisfies Partial<GuestCheck>;

export const unitsUp: GuestCheck = {
  ...noFailedUnit,
  id: 'no-failed-unit',
  title: 'No unit failed',
  purpose: 'A failed unit in a fresh instance is a defect of the image.',
  expectation: 'systemd lists no failed unit.',
  phase: 'after-boot',
};

export const runningAgain: GuestCheck = {
  ...running,
  id: 'system-running-again',
  title: 'The system is running after a reboot',
  purpose: 'What works only on the first boot breaks when an instance is restarted.',
  expectation: '`systemctl is-system-running` says running after the reboot.',
  guests: mainGuests,
  phase: 'after-reboot',
};

export const unitsUpAgain: GuestCheck = {
  ...noFailedUnit,
  id: 'no-failed-unit-again',
  title: 'No unit failed after a reboot',
  purpose: 'What works only on the first boot breaks when an instance is restarted.',
  expectation: 'systemd lists no failed unit after the reboot.',
  guests: mainGuests,
  phase: 'after-reboot',
};

export const serialConsole: OutsideCheck = {
  id: 'serial-console',
  title: 'The serial console works',
  purpose: 'The serial console is what is left to see when an instance does not answer.',
  expectation: 'The first serial port shows a login prompt.',
  guests: mainGuests,
  phase: 'after-boot',
  async probe(guest) {
    const tail = await guest.serialTail(400);
    const prompt = tail.split('\n').find((line) => / login:\s*$/.test(line) || / login: /.test(line));
    return prompt === undefined ? failed('no login prompt') : passed(prompt.trim());
  },
};
