/** One guest of the replacement test: started, waited for, and asked what it is like. */
import { firmwaresOf } from '../../model/qa/firmwares.ts';
import type { Fragment } from '../../model/qa/frame.ts';
import { loginSeconds } from '../../model/qa/limits.ts';
import { type Facts, factFragments, readFacts, storeData } from '../../model/replacement/facts.ts';
import {
  hostname,
  probeUser,
  renderReplacementUserData,
  volumeSerial,
} from '../../model/replacement/user-data.ts';
import type { BootSeconds, Format, Job } from '../../model/types.generated.ts';
import type { LocalMachine, Ports } from '../../ports.ts';
import { keepEvidence, keepSerialLog } from '../qa/evidence.ts';
import { askGuest } from './ask.ts';

export interface GuestRequest {
  job: Job;
  /** Path of the image. */
  disk: string;
  format: Format;
  diskSize: number;
  /** Of both guests. */
  volume: string;
  keyFolder: string;
  /** Of this guest alone; empty. */
  folder: string;
  logFolder: string;
}

export type GuestPorts = Pick<Ports, 'clock' | 'machines'>;

export interface Seen {
  facts: Facts;
  seconds: BootSeconds;
}

export interface Evidence {
  /** Files that were kept because something failed. */
  kept: string[];
  /** The end of the serial console when something failed, else empty. */
  serialTail: string;
}

/** Lines of the serial console that are told: it matters most where it is all there is. */
const tailLines = { reachable: 15, unreachable: 60 };

/**
 * Runs `use` with a guest that somebody can log in to, and stops the guest whatever happens.
 * @param evidence is filled when `use` fails, or when its answer is not good
 */
export async function withGuest<T>(
  { job, disk, format, diskSize, volume, keyFolder, folder, logFolder }: GuestRequest,
  ports: GuestPorts,
  use: (machine: LocalMachine, login: number) => Promise<{ good: boolean; value: T }>,
  evidence: Evidence,
): Promise<T> {
  const limit = loginSeconds[await ports.machines.accelerator(job.architecture)];
  // Both guests are started by the same.
  const [firmware] = firmwaresOf(job.architecture);
  const began = ports.clock.now().getTime();
  const machine = await ports.machines.boot({
    disk,
    diskFormat: format === 'qcow2' ? 'qcow2' : 'raw',
    diskSize,
    firmware,
    architecture: job.architecture,
    folder,
    hostname,
    user: probeUser,
    keyFolder,
    dataDisk: { file: volume, serial: volumeSerial },
    userData: renderReplacementUserData,
  });
  let reachable = false;
  const keep = async () => {
    const serial = await keepSerialLog(firmware, folder, logFolder);
    const kept = await keepEvidence(firmware, machine, logFolder, reachable);
    evidence.kept = serial === undefined ? kept : [serial, ...kept];
    evidence.serialTail = await machine.serialTail(reachable ? tailLines.reachable : tailLines.unreachable);
  };
  try {
    await machine.waitForLogin(limit);
    reachable = true;
    const login = Math.max(0, (ports.clock.now().getTime() - began) / 1000);
    const { good, value } = await use(machine, Math.round(login * 10) / 10);
    if (!good) await keep();
    return value;
  } catch (error) {
    await keep();
    throw error;
  } finally {
    await machine.stop();
  }
}

/** @param first whether it is the guest that stores the data */
export async function lookAt(machine: LocalMachine, login: number, first: boolean): Promise<Seen> {
  const [settled, ...rest] = factFragments(machine.publicKey);
  const fragments: Fragment[] = [
    ...(settled === undefined ? [] : [settled]),
    ...(first ? [storeData] : []),
    ...rest,
  ];
  const facts = readFacts(await askGuest(machine, fragments));
  const { systemSeconds } = facts;
  return { facts, seconds: { login, ...(systemSeconds === undefined ? {} : { system: systemSeconds }) } };
}
