/** What a program prints: kept up to a limit, and told line by line as it comes. */
import type { Readable } from 'node:stream';
import { createLineSplitter } from './split-lines.ts';

export type OutputStream = 'stdout' | 'stderr';

export interface CollectedOutput {
  stdout: string;
  stderr: string;
  /** Whether a stream printed more than the limit: what is kept of it is its beginning. */
  overflow: boolean;
}

interface Running extends Record<OutputStream, Readable> {
  kill(): boolean;
}

/**
 * Call before anything was printed. A program that passes the limit, or whose listener throws, is ended.
 * @param limit bytes of each stream
 * @returns what to call when the program has ended; throws what the listener threw
 */
export function collectOutput(
  running: Running,
  limit: number,
  onLine: ((line: string, stream: OutputStream) => void) | undefined,
): () => CollectedOutput {
  let failure: { error: unknown } | undefined;
  let overflow = false;
  // Its children may live on and hold the other ends of the streams: nobody waits for those.
  const stop = () => {
    running.kill();
    for (const stream of [running.stdout, running.stderr]) stream.destroy();
  };
  const guarded = (work: () => void) => {
    try {
      if (failure === undefined) work();
    } catch (error) {
      failure = { error };
      stop();
    }
  };
  const watch = (stream: OutputStream) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const splitter = createLineSplitter((line) => onLine?.(line, stream));
    running[stream].on('data', (data: Buffer) => {
      if (overflow) return;
      size += data.length;
      if (size > limit) {
        overflow = true;
        stop();
        return;
      }
      chunks.push(data);
      if (onLine !== undefined) guarded(() => splitter.push(data));
    });
    return () => {
      if (onLine !== undefined) guarded(() => splitter.end());
      return Buffer.concat(chunks).toString('utf8');
    };
  };
  const [stdout, stderr] = [watch('stdout'), watch('stderr')];
  return () => {
    const output = { stdout: stdout(), stderr: stderr(), overflow };
    if (failure !== undefined) throw failure.error;
    return output;
  };
}
