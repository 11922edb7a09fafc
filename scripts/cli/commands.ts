/** All commands, in the order that help lists them. */
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { pack, unpack } from './hand-over-commands.ts';
import { changes, mint, postPreview, preview } from './pull-request-commands.ts';
import {
  demo,
  kickstart,
  localcloud,
  plan,
  propose,
  release,
  resolve,
  validate,
} from './repository-commands.ts';
import { setup } from './setup.ts';
import { build, compare, fetch, mirror, promote, publish, qa, record, upload } from './stage-commands.ts';
import { compareRaw, stated } from './stated-commands.ts';

export const commands: readonly Command[] = [
  validate,
  kickstart,
  resolve,
  propose,
  plan,
  changes,
  preview,
  postPreview,
  mint,
  release,
  fetch,
  build,
  qa,
  compare,
  upload,
  mirror,
  publish,
  record,
  promote,
  stated,
  compareRaw,
  pack,
  unpack,
  setup,
  doctor,
  localcloud,
  demo,
];
