/** Runs a program beside its measurements: wall time, processor time, and the memory of all that it starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { cleanEnvironment, tied } from '../../scripts/adapters/host/exec.ts';

export interface Program {
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
  cwd?: string;
  /** Exit codes that are an answer. Default [0]. */
  accept?: readonly number[];
}

export interface RunMeasured {
  seconds: number;
  /** Most memory that the program and all its children had resident together, in MiB; what they share counts for each. */
  peakMiB: number;
  /** Of processors, in user and system mode, of all of them; what a shared machine does beside does not count. */
  cpuSeconds: number;
  stdout: string;
}

const sampleMs = 50;

/** @throws Error with its last words when it ends otherwise than accepted */
export async function runMeasured({ command, args, env, cwd, accept = [0] }: Program): Promise<RunMeasured> {
  const [file, argv] = tied(command, args);
  const start = performance.now();
  const child = spawn(file, argv, {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  let peak = 0;
  let ticks = 0;
  const watcher = setInterval(() => {
    const seen = look(child.pid ?? 0);
    peak = Math.max(peak, seen.residentKiB);
    ticks = Math.max(ticks, seen.ticks);
  }, sampleMs);
  try {
    const ended = once(child, 'exit');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    const seconds = (performance.now() - start) / 1000;
    if (child.exitCode === null || !accept.includes(child.exitCode)) {
      const words = `${stdout}\n${stderr}`.trim().slice(-4000);
      throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}\n${words}`);
    }
    return { seconds, peakMiB: Math.round(peak / 1024), cpuSeconds: ticks / 100, stdout };
  } finally {
    clearInterval(watcher);
  }
}

/**
 * Of a process and all below it (proc(5)): of statm field 2, resident pages of 4 KiB; of stat field 4, the parent, and fields
 * 14 to 17, hundredths of a second of its own and of children that ended.
 */
function look(root: number): { residentKiB: number; ticks: number } {
  const children = new Map<number, number[]>();
  const ticksOf = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readProc(`${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const parent = Number(fields[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    ticksOf.set(
      Number(name),
      fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
    );
  }
  const sum = { residentKiB: 0, ticks: 0 };
  for (const open = [root]; open.length > 0; ) {
    const pid = open.pop() ?? 0;
    sum.residentKiB += Number(readProc(`${pid}/statm`).split(' ')[1] ?? 0) * 4;
    sum.ticks += ticksOf.get(pid) ?? 0;
    open.push(...(children.get(pid) ?? []));
  }
  return sum;
}

/** Empty for a process that is gone. */
function readProc(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, 'utf8');
  } catch {
    return '';
  }
}
