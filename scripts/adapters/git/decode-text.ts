/** Bytes of a file → text. */

/** The text; or the number of the first line that is not UTF-8. A mark of byte order stays in the text. */
export function decodeText(bytes: Uint8Array): string | number {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return firstWrongLine(bytes);
  }
}

/** The byte that ends a line is never part of another character (RFC 3629), so that each line can be looked at alone. */
function firstWrongLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const next = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, next));
    } catch {
      return line;
    }
    start = next;
  }
  return line;
}
