/** Outputs of a step of a GitHub job. */
import type { Context } from './command.ts';

/** Does nothing elsewhere. @actions/core separates values by a random word, so that none can pass for another output. */
export async function setOutputs(
  { env }: Pick<Context, 'env'>,
  outputs: Record<string, string>,
): Promise<void> {
  if (env.GITHUB_ACTIONS !== 'true' || (env.GITHUB_OUTPUT ?? '') === '') return;
  const { setOutput } = await import('@actions/core');
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
