/**
 * In: a stream. Out: whether records had to be written anew, so that they say which releases were withdrawn.
 *
 * People withdraw in release files; what is signed follows from records alone, and a change of a record makes the serial
 * grow. Safe to run twice: records that say so already are not written.
 */
import { loadReleasesOf } from '../model/load-releases-of.ts';
import { setWithdrawn } from '../model/record.ts';
import { largestSerial } from '../model/serial.ts';
import { recordPath } from '../model/streams.ts';
import { assertWritable } from '../model/writable.ts';
import type { Ports } from '../ports.ts';
import { renderRecord } from '../render/record.ts';

/** @throws AperiodicError `invalid` when a release file or record cannot be read */
export async function recordWithdrawals(
  stream: string,
  { forge, clock }: Pick<Ports, 'forge' | 'clock'>,
): Promise<boolean> {
  let written = false;
  await forge.commit({
    message: `Record withdrawals of ${stream}\n`,
    render: async (tree) => {
      const state = await loadReleasesOf(stream, tree);
      const [problem] = state.problems;
      if (problem !== undefined) throw problem;
      let serial = await largestSerial(stream, tree);
      const files: { path: string; content: string }[] = [];
      for (const { release, record } of state.releases) {
        const changed = record && setWithdrawn(record, release.withdrawn, clock.now());
        if (changed === undefined || changed === record) continue;
        serial += 1;
        const path = recordPath(stream, release.version);
        files.push({ path, content: renderRecord({ ...changed, serial }) });
      }
      written = files.length > 0;
      if (written)
        await assertWritable(
          files.map(({ path }) => path),
          tree,
        );
      return files;
    },
  });
  return written;
}
