/** Runs `aperiodic site` with the arguments that follow, in a process of its own, and prints time and memory. */

import { commands } from '../../scripts/cli/commands.ts';
import { main } from '../../scripts/cli/main.ts';

const start = performance.now();
const quiet = { write: () => true };
const exitCode = await main({
  argv: ['site', ...process.argv.slice(2)],
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: quiet,
  stderr: process.stderr,
  signal: new AbortController().signal,
  commands,
});
const seconds = (performance.now() - start) / 1000;
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpu = (userCPUTime + systemCPUTime) / 1_000_000;
process.stdout.write(JSON.stringify({ exitCode, seconds, cpu, MiB: Math.round(maxRSS / 1024) }));
process.exit(exitCode);
