/** A question at the terminal. */
import { createInterface } from 'node:readline/promises';

/** Asks yes or no on standard error; an empty answer is yes, the end of input no. */
export async function askOnTerminal(
  question: string,
  input: NodeJS.ReadableStream,
  signal: AbortSignal,
): Promise<boolean> {
  const terminal = createInterface({ input, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('no')));
    const answer = await Promise.race([terminal.question(`${question} [Y/n] `, { signal }), closed]);
    return /^(y(es)?)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
