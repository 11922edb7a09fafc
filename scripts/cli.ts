/** The entry: the only file that touches the process, its arguments, environment, streams and signals. */
import { commands } from './cli/commands.ts';
import { interruption, main } from './cli/main.ts';
import { reportError } from './cli/report.ts';
import { toAperiodicError } from './model/errors.ts';

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The second signal does not wait. Children die with this process: the kernel kills them (adapters/host/exec.ts).
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(interruption());
  });
}

/** A failure that nothing waited for: the run cannot be trusted any more. */
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error: unknown) => {
    const { argv, stdout, stderr } = process;
    const report = { stdout, stderr, json: argv.includes('--json'), debug: argv.includes('--debug') };
    process.exit(reportError({ ...report, github: undefined }, toAperiodicError(error)));
  });
}

// The reader of our output went away, as `head` does.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const { env, stdin, stdout, stderr } = process;
const argv = process.argv.slice(2);
const exitCode = await main({
  argv,
  env,
  cwd: process.cwd(),
  stdin,
  stdout,
  stderr,
  signal: interrupted.signal,
  commands,
});
process.exit(exitCode);
