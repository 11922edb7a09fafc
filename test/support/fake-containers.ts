/** For what makes no containers. */
import assert from 'node:assert/strict';
import type { Containers } from '../../scripts/ports.ts';

export const noContainers: Containers = {
  describe: async () => assert.fail('nothing asks for a container'),
  open: async () => assert.fail('nothing asks for a container'),
  run: async () => assert.fail('nothing asks for a container'),
};
