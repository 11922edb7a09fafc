/** Machines that somebody else runs, reached over ssh. */
import type { CommandResult } from '../model/inspection.ts';

export interface Logins {
  /** A new key in a folder of its own below this one, which is made when it is missing. */
  makeLogin(folder: string): Promise<Login>;
}

export interface Login {
  /** A line of authorized_keys. */
  readonly publicKey: string;
  /** Says nothing to the machine yet. The host key that it shows first is the one that it must show from then on. */
  reach(address: Address): Shell;
  /** Forgets the key. Safe to repeat. */
  forget(): Promise<void>;
}

export interface Address {
  host: string;
  port: number;
  user: string;
}

/** Looks at the machine from elsewhere between two tries. Throws when it is of no use to go on. */
export type Watch = () => Promise<void>;

/** The default user's shell, with the key. */
export interface Shell {
  /** Waits until somebody can log in. @throws qa-failed when nobody can within the limit, and what `watch` throws */
  waitForLogin(seconds: number, watch: Watch): Promise<void>;
  /** Runs a script by `sudo bash -s`. `onLine` sees each line of its output as it comes. */
  run(script: string, seconds: number, onLine?: (line: string) => void): Promise<CommandResult>;
  /** A login attempt that runs `id`, with these options for the ssh client and no key unless told. */
  tryLogin(options: readonly string[], key?: 'with-key' | 'without-key'): Promise<CommandResult>;
  /** Restarts the machine, from inside unless told how, and waits until somebody can log in to another boot. */
  reboot(seconds: number, watch: Watch, restart?: () => Promise<void>): Promise<void>;
}
