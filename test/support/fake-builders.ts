/** For streams that have no builder. */
import assert from 'node:assert/strict';
import type { Builders } from '../../scripts/ports.ts';

export const noBuilders: Builders = {
  fetch: async () => assert.fail('nothing asks for a builder'),
  open: async () => assert.fail('nothing asks for a builder'),
};
