/**
 * Which blocks of an unfinished snapshot were sent. AWS does not list the blocks of a snapshot that is not completed, so
 * this is kept here; where it is lost, blocks are sent again, and replace what is there with the same bytes.
 */
import type { Values } from '../../ports.ts';

/** Blocks sent since it was last written down. */
const batch = 16;

export interface SentBlocks {
  has(index: number): boolean;
  add(index: number): Promise<void>;
  save(): Promise<void>;
}

/** @param name of the value. @param snapshot that the blocks were sent to: what is known of another one is forgotten */
export async function openSentBlocks(values: Values, name: string, snapshot: string): Promise<SentBlocks> {
  const sent = new Set(readKept(await values.load(name), snapshot));
  let unsaved = 0;
  let saving: Promise<void> = Promise.resolve();
  const save = () => {
    unsaved = 0;
    saving = saving.then(() => values.save(name, { snapshot, sent: [...sent].sort((a, b) => a - b) }));
    return saving;
  };
  return {
    has: (index) => sent.has(index),
    add: async (index) => {
      sent.add(index);
      unsaved += 1;
      if (unsaved >= batch) await save();
    },
    save: async () => {
      if (unsaved > 0) await save();
    },
  };
}

function readKept(value: unknown, snapshot: string): number[] {
  if (typeof value !== 'object' || value === null || !('snapshot' in value) || !('sent' in value)) return [];
  if (value.snapshot !== snapshot || !Array.isArray(value.sent)) return [];
  return value.sent.filter((index: unknown): index is number => Number.isSafeInteger(index));
}
