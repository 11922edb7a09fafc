/** All commands, in the order that help lists them. */
import { advisories } from './advisory-commands.ts';
import type { Command } from './command.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { find } from './find.ts';
import { pack, unpack } from './hand-over-commands.ts';
import { keys } from './keys.ts';
import { notice } from './notice.ts';
import { deadlines, exposure, policy } from './policy-commands.ts';
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
import { serve } from './serve.ts';
import { setup } from './setup.ts';
import { site } from './site.ts';
import {
  announce,
  build,
  compare,
  fetch,
  launch,
  mirror,
  promote,
  publish,
  qa,
  record,
  sign,
  upload,
} from './stage-commands.ts';
import { compareRaw, stated } from './stated-commands.ts';
import { verify } from './verify.ts';
import { watch } from './watch.ts';

export const commands: readonly Command[] = [
  validate,
  kickstart,
  resolve,
  propose,
  watch,
  plan,
  policy,
  deadlines,
  exposure,
  advisories,
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
  launch,
  sign,
  mirror,
  publish,
  record,
  promote,
  announce,
  notice,
  find,
  serve,
  site,
  verify,
  keys,
  stated,
  compareRaw,
  pack,
  unpack,
  setup,
  doctor,
  localcloud,
  demo,
  drill,
];
