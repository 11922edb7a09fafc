/** Runs the %post scripts of a kickstart behind the inner wall, in order. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { ScriptSpec } from '../../model/kickstart/image-spec.ts';
import type { BuildContext } from './context.ts';

/** Where the script lies while it runs; not part of the image. */
const scriptPath = '/.aperiodic-post';
const lastLines = 20;
const longestShown = 500;

/**
 * A script that fails stops the build whether or not it says --erroronfail: an image of which nobody knows whether
 * it is complete is not worth testing.
 * @throws AperiodicError `script-failed` with the file and line of its %post and the end of its output
 */
export async function runScripts(context: BuildContext): Promise<ScriptLog[]> {
  const { scripts } = context.request.spec;
  const logs: ScriptLog[] = [];
  for (const [index, script] of scripts.entries()) {
    context.note(`%post ${index + 1} of ${scripts.length} (${script.origin.file}:${script.origin.line})`);
    const output = await runScript(context, script);
    if (script.log !== undefined) logs.push({ path: script.log, lines: output });
  }
  return logs;
}

/** What a script printed, for the file of the image that its --log names. */
export interface ScriptLog {
  path: string;
  lines: string[];
}

/** Writes the logs; done after the root was cleaned, which empties /var/log. */
export async function writeScriptLogs(context: BuildContext, logs: readonly ScriptLog[]): Promise<void> {
  for (const log of logs) {
    const file = await context.followed(log.path);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, log.lines.map((line) => `${line}\n`).join(''));
  }
}

async function runScript(context: BuildContext, script: ScriptSpec): Promise<string[]> {
  const file = context.inRoot(scriptPath);
  await rm(file, { recursive: true, force: true });
  await writeFile(file, script.body, { flag: 'wx' });
  await chmod(file, 0o700);
  const output: string[] = [];
  try {
    await context.runInRoot([script.interpreter, scriptPath], {
      failure: 'script-failed',
      onLine: (line) => output.push(line),
    });
  } catch (error) {
    throw error instanceof AperiodicError ? explain(script, error, output) : error;
  } finally {
    await rm(file, { recursive: true, force: true });
  }
  return output;
}

const refusals: readonly [RegExp, string][] = [
  [
    /Network is (?:unreachable|down)|Connection refused|name resolution|resolve host|Could not resolve|Unknown host/i,
    'a %post script has no network: what the image needs must be in its packages',
  ],
  [
    /Read-only file system|Operation not permitted|No such file or directory|Directory nonexistent|Permission denied/i,
    'a %post script sees and writes nothing outside the image',
  ],
];

function explain(script: ScriptSpec, error: AperiodicError, output: readonly string[]): AperiodicError {
  const tail = output
    .slice(-lastLines)
    .map((text) => (text.length > longestShown ? `${text.slice(0, longestShown)}...` : text))
    .join('\n');
  const { file, line } = script.origin;
  if (error.code === 'disk-full') {
    return new AperiodicError('disk-full', '%post found no room to write', {
      file,
      line,
      detail: tail,
      cause: error,
    });
  }
  const [how] = /printed more than \d+ MiB/.exec(error.message) ?? [
    `failed with ${/exit code \d+/.exec(error.message)?.[0] ?? 'an error'}`,
  ];
  const hint = refusals.find(([pattern]) => pattern.test(tail))?.[1];
  return new AperiodicError('script-failed', `%post ${how}${hint === undefined ? '' : ` (${hint})`}`, {
    file,
    line,
    detail: tail,
    cause: error,
  });
}
