/**
 * Services obey and remember. Fedora: QA:Testcase_base_service_manipulation and Basic Release Criteria, "Service
 * manipulation" (start, stop, enable, disable, state after a restart).
 */
import { type GuestCheck, judgeFindings, mainFirmware, readFields } from '../check.ts';

/** Units of the test's own, where an administrator's programs put theirs (systemd.unit(5), "Unit File Load Path"). */
const folder = '/usr/local/lib/systemd/system';
const enabled = 'aperiodic-qa-enabled.service';
const masked = 'aperiodic-qa-masked.service';

const unit = `[Unit]
Description=Test of services
[Service]
ExecStart=/bin/sleep infinity
[Install]
WantedBy=multi-user.target`;

/** What is read after each step, under the name of the step. */
const wantedBefore: Readonly<Record<string, string>> = {
  enabled: 'enabled',
  started: 'active',
  restarted: 'active',
  stopped: 'inactive',
  masked: 'masked',
  started_masked: 'inactive',
};

export const serviceManipulation: GuestCheck = {
  id: 'service-manipulation',
  title: 'Services are enabled, started, stopped and masked',
  purpose:
    'Running services is what a server is for (Fedora: QA:Testcase_base_service_manipulation, Basic Release Criteria).',
  expectation:
    'systemctl enables, starts, restarts and stops a new unit, and says so each time; a masked unit does not start.',
  guests: mainFirmware,
  phase: 'after-boot',
  seconds: 90,
  // One reload for all changes: each takes seconds under emulation.
  script: () => `mkdir -p ${folder}
for name in ${enabled} ${masked}; do cat > ${folder}/$name <<'UNIT'
${unit}
UNIT
done
systemctl --quiet --no-reload enable ${enabled} ${masked}
systemctl --quiet --no-reload mask ${masked}
systemctl daemon-reload
echo "enabled=$(systemctl is-enabled ${enabled})"
systemctl start ${enabled}; echo "started=$(systemctl is-active ${enabled})"
before=$(systemctl show --value --property=MainPID ${enabled})
systemctl restart ${enabled}
[ "$(systemctl show --value --property=MainPID ${enabled})" != "$before" ] && echo "restarted=$(systemctl is-active ${enabled})"
systemctl stop ${enabled}; echo "stopped=$(systemctl is-active ${enabled})"
echo "masked=$(systemctl is-enabled ${masked})"
systemctl start ${masked}; echo "started_masked=$(systemctl is-active ${masked})"`,
  judge: ({ stdout }) => judgeStates(stdout, wantedBefore),
};

const wantedAfter: Readonly<Record<string, string>> = {
  enabled: 'enabled',
  state: 'active',
  masked: 'masked',
  masked_state: 'inactive',
};

export const servicesKept: GuestCheck = {
  id: 'service-manipulation-again',
  title: 'Services are after a reboot as they were set',
  purpose:
    'A service that is forgotten at a restart is noticed when it is needed (Fedora: QA:Testcase_base_service_manipulation).',
  expectation: 'After the reboot the enabled unit is active, and the masked one is masked and inactive.',
  guests: mainFirmware,
  phase: 'after-reboot',
  seconds: 60,
  script: () => `echo "enabled=$(systemctl is-enabled ${enabled})"
echo "state=$(systemctl is-active ${enabled})"
echo "masked=$(systemctl is-enabled ${masked})"
echo "masked_state=$(systemctl is-active ${masked})"`,
  judge: ({ stdout }) => judgeStates(stdout, wantedAfter),
};

function judgeStates(stdout: string, wanted: Readonly<Record<string, string>>) {
  const fields = readFields(stdout);
  const seen = Object.keys(wanted).map(
    (name) => `${name.replaceAll('_', ' ')}: ${fields.get(name) ?? 'nothing'}`,
  );
  const wrong = Object.entries(wanted).filter(([name, value]) => fields.get(name) !== value);
  return judgeFindings(
    wrong.map(
      ([name, value]) => `${name.replaceAll('_', ' ')}: ${fields.get(name) ?? 'nothing'}, not ${value}`,
    ),
    seen.join(', '),
  );
}
