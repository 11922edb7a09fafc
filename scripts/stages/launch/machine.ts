/** An instance as the tests of guests see it: the Machine port over the cloud and ssh. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanConsole, findDeadEnd } from '../../model/console.ts';
import { AperiodicError } from '../../model/errors.ts';
import type { Clock, CloudRegion, Machine, Shell } from '../../ports.ts';
import { assertNotEnded } from './ending.ts';

/** Milliseconds between two looks at an instance that is waited for: AWS counts calls. */
const lookEvery = 10_000;

export interface InstanceParts {
  id: string;
  region: CloudRegion;
  shell: Shell;
  clock: Clock;
  /** Gets serial.log, as it was seen last, and screenshots. */
  folder: string;
  /** Ends the instance. */
  stop(): Promise<void>;
}

export function createInstanceMachine({ id, region, shell, clock, folder, stop }: InstanceParts): Machine {
  let looked = Number.NEGATIVE_INFINITY;
  let text = '';
  const readConsole = async () => {
    text = cleanConsole(await region.consoleOutput(id));
    await writeFile(path.join(folder, 'serial.log'), text);
    return text;
  };
  const watch = async () => {
    const now = clock.now().getTime();
    if (now - looked < lookEvery) return;
    looked = now;
    assertNotEnded(await region.instance(id), region.id);
    const deadEnd = findDeadEnd(lastLines(await readConsole(), 40));
    if (deadEnd !== undefined)
      throw new AperiodicError('qa-failed', `the instance gave up: ${deadEnd.trim()}`);
  };
  return {
    // Nothing of this machine is reached from there.
    echoPort: 0,
    waitForLogin: (seconds) => shell.waitForLogin(seconds, watch),
    run: (script, seconds, onLine) => shell.run(script, seconds, onLine),
    tryLogin: (options, key) => shell.tryLogin(options, key),
    reboot: (seconds) => shell.reboot(seconds, watch, () => region.rebootInstance(id)),
    // The console is there to explain a failure: one of its own would hide that.
    serialTail: async (lines) => lastLines(await readConsole().catch(() => text), lines),
    screenshot: async (name) => {
      const picture = await region.consoleScreenshot(id).catch(() => undefined);
      if (picture === undefined) return undefined;
      const file = path.join(folder, `${path.basename(name)}.${picture[0] === 0x89 ? 'png' : 'jpg'}`);
      await writeFile(file, picture);
      return file;
    },
    stop,
  };
}

function lastLines(text: string, lines: number): string {
  return text.split('\n').slice(-lines).join('\n');
}
