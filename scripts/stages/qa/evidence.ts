/** What is kept of a guest for people who want to know why. */
import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Guest } from '../../model/inspection.ts';
import type { Machine } from '../../ports.ts';

const journalSeconds = 120;

const journalScript = `journalctl -b --no-pager -o short-monotonic -n 4000
printf '\\n== failed units\\n'
systemctl status --state=failed --all --no-pager --full
printf '\\n== cloud-init output\\n'
tail -n 200 /var/log/cloud-init-output.log`;

/** Copies the serial log into the folder of logs; the guest may be gone. Undefined when there is none. */
export async function keepSerialLog(
  guest: Guest,
  workFolder: string,
  logFolder: string,
): Promise<string | undefined> {
  const kept = path.join(logFolder, `${guest}-serial.log`);
  return await copyFile(path.join(workFolder, 'serial.log'), kept).then(
    () => kept,
    () => undefined,
  );
}

/** What QEMU and a BIOS said, for when this machine failed under the guest. */
export async function keepHostLogs(guest: Guest, workFolder: string, logFolder: string): Promise<void> {
  for (const name of ['qemu.log', 'firmware.log']) {
    await copyFile(path.join(workFolder, name), path.join(logFolder, `${guest}-${name}`)).catch(
      () => undefined,
    );
  }
}

/** Screenshot and, when somebody could log in, journal. Never fails: it is called when something failed already. */
export async function keepEvidence(
  guest: Guest,
  machine: Machine,
  logFolder: string,
  reachable: boolean,
): Promise<string[]> {
  const kept: string[] = [];
  const picture = await machine.screenshot(`${guest}-screen`).catch(() => undefined);
  if (picture !== undefined) {
    const file = path.join(logFolder, `${guest}-screen.png`);
    await copyFile(picture, file).then(
      () => kept.push(file),
      () => undefined,
    );
  }
  if (!reachable) return kept;
  const journal = await machine.run(journalScript, journalSeconds).catch(() => undefined);
  if (journal !== undefined && journal.stdout !== '') {
    const file = path.join(logFolder, `${guest}-journal.txt`);
    await writeFile(file, journal.stdout);
    kept.push(file);
  }
  return kept;
}
