#!/usr/bin/env node
/** Starts scripts/cli.ts from any folder: TypeScript is run as it is, through tsx. */
import { fileURLToPath } from 'node:url';

// The SDK's notice that its later versions ask for a newer Node: ours are pinned to ones that run on this.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const root = fileURLToPath(new URL('..', import.meta.url));
try {
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: false });
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(`error: Aperiodic's own packages are not installed: run 'npm ci' in ${root}\n`);
  process.exit(1);
}
await import('./cli.ts');
