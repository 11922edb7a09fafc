/** How much of a feed is read. Real ones stay far below: OSV of Debian has 65,000 entries, its tracker 75 MB. */

const MiB = 1024 * 1024;

export const limits = {
  /** Of a file or a download as it is. */
  packedBytes: 1024 * MiB,
  /** Of what a file unpacks to. */
  unpackedBytes: 4096 * MiB,
  /** Of JSON that is read whole. */
  documentBytes: 64 * MiB,
  /** Of one entry of a zip or one file of a folder. */
  entryBytes: 16 * MiB,
  /** Of a zip or a folder. */
  entries: 1_000_000,
  /** What a packed entry beyond `ratioFrom` bytes may grow by. JSON packs to a tenth. */
  ratio: 200,
  ratioFrom: MiB,
  /** Of a line of a CSV file. */
  lineLength: 10_000,
  /** A download as a whole. */
  downloadMs: 900_000,
  /** Until a server answers, and between two pieces of its answer. */
  silenceMs: 60_000,
  redirects: 5,
};

export type Limits = typeof limits;
