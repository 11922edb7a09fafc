/** Parses kickstarts by pykickstart, the reference implementation, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import type { KickstartLine, ParsedKickstart } from '../../model/types.generated.ts';
import type { KickstartParser } from '../../ports.ts';
import { exec } from '../host/exec.ts';

const bridge = fileURLToPath(new URL('./bridge.py', import.meta.url));
const timeoutSeconds = 60;
/** Exit codes of the bridge. */
const wrongInput = 3;
const noPykickstart = 4;

/** @param options.python absolute path of the interpreter that has pykickstart: .venv/bin/python of our own checkout */
export function createKickstartParser(options: { python: string }): KickstartParser {
  return {
    async parse(lines) {
      const { exitCode, stdout } = await exec(options.python, ['-I', '-B', bridge], {
        input: JSON.stringify({ lines: lines.map((line) => line.text) }),
        timeoutSeconds,
        accept: [0, wrongInput, noPykickstart],
        failure: 'invalid',
        what: 'the kickstart could not be read',
      });
      const answer: unknown = JSON.parse(stdout);
      if (exitCode !== 0) throw failureOf(exitCode, answer, lines);
      const parsed: ParsedKickstart = assertValid('ParsedKickstart', answer);
      return parsed;
    },
  };
}

function failureOf(exitCode: number, answer: unknown, lines: readonly KickstartLine[]): AperiodicError {
  const { line, message } = readFailure(answer);
  if (exitCode === noPykickstart) {
    return new AperiodicError('missing-tool', `${message}: run 'aperiodic setup'`);
  }
  const origin = line === undefined ? lines.at(-1) : lines[line - 1];
  return new AperiodicError('invalid', message, { file: origin?.file, line: origin?.line });
}

function readFailure(answer: unknown): { line: number | undefined; message: string } {
  if (typeof answer !== 'object' || answer === null || !('message' in answer)) {
    throw new AperiodicError('internal', 'the kickstart bridge gave no reason for its failure');
  }
  const line = 'line' in answer && typeof answer.line === 'number' ? answer.line : undefined;
  return { line, message: String(answer.message) };
}
