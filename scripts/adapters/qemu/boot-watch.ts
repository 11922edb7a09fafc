/** Looks at the consoles of a guest that starts, for signs that it never will: waiting on is then of no use. */
import type { QmpClient } from './qmp.ts';
import { readScreenText } from './screen.ts';
import { findDeadEnd, findFirmwareDeadEnd, readSerialTail } from './serial.ts';

export interface Consoles {
  qmp: QmpClient;
  serialLog: string;
  /** What the BIOS says of itself; undefined in a guest of another firmware, which has no text screen either. */
  firmwareLog?: string | undefined;
  /** Where QEMU may write. */
  folder: string;
}

/** A BIOS says some hundred lines in each boot. */
const firmwareLines = 1000;
const serialLines = 40;
/** Boot loaders say who they are at once. */
const silentMilliseconds = 60_000;

export class BootWatch {
  readonly #consoles: Consoles;
  readonly #now: () => number;
  #silentSince: number | undefined;

  constructor(consoles: Consoles, now: () => number = () => performance.now()) {
    this.#consoles = consoles;
    this.#now = now;
  }

  /** What the guest gave up with, if it did. To be called again and again. */
  async deadEnd(): Promise<string | undefined> {
    const { qmp, serialLog, firmwareLog, folder } = this.#consoles;
    const said = findDeadEnd(await readSerialTail(serialLog, serialLines));
    if (said !== undefined || firmwareLog === undefined) return said;
    const failed = findFirmwareDeadEnd(await readSerialTail(firmwareLog, firmwareLines));
    if (failed !== undefined) return failed;
    const screen = await readScreenText(qmp, folder);
    return findDeadEnd(screen) ?? this.#silence(screen);
  }

  /** SeaBIOS says that it starts the disk, and a disk without a boot loader says nothing. */
  #silence(screen: string): string | undefined {
    const last = screen.split('\n').at(-1) ?? '';
    if (!/^Booting from Hard Disk/.test(last)) {
      this.#silentSince = undefined;
      return undefined;
    }
    this.#silentSince ??= this.#now();
    if (this.#now() - this.#silentSince < silentMilliseconds) return undefined;
    return `'${last}' and no word since: there is no boot loader, or a broken one`;
  }
}
