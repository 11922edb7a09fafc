/** Runs fragments in a guest, all in one ssh session. */
import { randomBytes } from 'node:crypto';
import { AperiodicError } from '../../model/errors.ts';
import { composeScript, type Fragment, type Frame, parseFrame } from '../../model/qa/frame.ts';
import type { Machine } from '../../ports.ts';

/** What a session takes besides its scripts, under emulation. */
const sessionSeconds = 120;

/**
 * What each fragment answered, by its id.
 * @throws AperiodicError `qa-failed` when the session ends before all have
 */
export async function askGuest(
  machine: Pick<Machine, 'run'>,
  fragments: readonly Fragment[],
): Promise<Map<string, Frame>> {
  const token = randomBytes(16).toString('hex');
  const frames = new Map<string, Frame>();
  const takeLine = (line: string) => {
    const frame = parseFrame(line, token);
    if (frame !== undefined && !frames.has(frame.id)) frames.set(frame.id, frame);
  };
  const limit = fragments.reduce((sum, { seconds }) => sum + seconds, sessionSeconds);
  const { exitCode, stderr } = await machine.run(composeScript(fragments, token), limit, takeLine);
  const silent = fragments.filter(({ id }) => !frames.has(id)).map(({ id }) => id);
  if (silent.length === 0) return frames;
  throw new AperiodicError('qa-failed', `the guest did not answer ${silent.join(', ')}`, {
    detail: `exit code ${exitCode}: ${stderr.trim().slice(-300)}`,
  });
}
