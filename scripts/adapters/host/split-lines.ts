/** Lines of a program's output as they come. */
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are handed on in pieces: an endless one must not fill the memory. In UTF-16 units. */
export const longestLine = 1024 * 1024;

export interface LineSplitter {
  /** Takes the next bytes and tells of each line that ended. */
  push(bytes: Buffer): void;
  /** Tells of what came after the last end of a line. */
  end(): void;
}

/** @param onLine gets each line without its end (`\n` or `\r\n`) */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    for (; rest.length >= longestLine; rest = rest.slice(longestLine)) onLine(rest.slice(0, longestLine));
  };
  return {
    push: (bytes) => take(decoder.write(bytes)),
    end: () => {
      take(decoder.end());
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
