/** Two programs in turn: time, memory, and the ratios of both. */
import { median } from './measure.ts';
import { type Program, type RunMeasured, runMeasured } from './process-tree.ts';

export interface ProgramContender {
  name: string;
  program: Program;
  /** Before each round, not measured. */
  before?(): Promise<void>;
  /** What its output says, for a look whether both answer alike. */
  answer(stdout: string): Promise<string | number>;
}

/** Prints what one program alone takes, for a look at what a part of another costs. */
export async function showProgram(name: string, program: Program, rounds: number): Promise<void> {
  const list: RunMeasured[] = [];
  for (let round = 1; round <= rounds; round++) list.push(await runMeasured(program));
  console.log(`\n${describe(name, list)}`);
}

/** @throws Error when the two do not answer alike: then they did not do the same */
export async function comparePrograms(
  title: string,
  base: ProgramContender,
  ours: ProgramContender,
  rounds: number,
): Promise<void> {
  const results = new Map<ProgramContender, RunMeasured[]>([
    [base, []],
    [ours, []],
  ]);
  const answers = new Set<string | number>();
  for (let round = 1; round <= rounds; round++) {
    for (const [contender, list] of results) {
      await contender.before?.();
      const measured = await runMeasured(contender.program);
      list.push(measured);
      answers.add(await contender.answer(measured.stdout));
      const { seconds, peakMiB } = measured;
      console.error(`  ${title}, round ${round}: ${contender.name} ${seconds.toFixed(2)} s, ${peakMiB} MiB`);
    }
  }
  if (answers.size !== 1) throw new Error(`${title}: the answers differ: ${[...answers].join(' and ')}`);
  console.log(`\n${title}`);
  for (const [{ name }, list] of results) console.log(describe(name, list));
  const [theirs = [], mine = []] = results.values();
  const time = secondsOf(mine) / secondsOf(theirs);
  const cpu = (cpuOf(mine) / cpuOf(theirs)).toFixed(2);
  const memory = (peakOf(mine) / peakOf(theirs)).toFixed(2);
  console.log(`  ratio ${time.toFixed(2)} in time, ${cpu} in time of processors, ${memory} in memory`);
}

function describe(name: string, list: readonly RunMeasured[]): string {
  const times = list.map(({ seconds }) => seconds.toFixed(2)).join(', ');
  const wall = `${secondsOf(list).toFixed(2).padStart(8)} s   (${times})`;
  return `  ${name.padEnd(46)} ${wall}   ${cpuOf(list).toFixed(2)} s of processors, ${peakOf(list)} MiB resident`;
}

function secondsOf(list: readonly RunMeasured[]): number {
  return median(list.map(({ seconds }) => seconds));
}

function cpuOf(list: readonly RunMeasured[]): number {
  return median(list.map(({ cpuSeconds }) => cpuSeconds));
}

function peakOf(list: readonly RunMeasured[]): number {
  return Math.max(...list.map(({ peakMiB }) => peakMiB));
}
