/** Wires the generator of sites to this machine. */
import path from 'node:path';
import type { ResolvedConfig } from '../adapters/host/config.ts';
import { withLock } from '../adapters/host/lock.ts';
import { createSiteFolder } from '../adapters/site/folder.ts';
import { openSiteSource } from '../adapters/site/source.ts';
import type { Tree } from '../model/tree.ts';
import type { Log, Signer } from '../ports.ts';
import { generateSite, type SiteSummary } from '../stages/site.ts';

export interface SiteTending {
  root: string;
  config: Pick<ResolvedConfig, 'work'>;
  log: Log;
  signer: Signer;
}

/**
 * @param output absolute
 * @throws AperiodicError `conflict` when another process is at it; as `generateSite`
 */
export async function tendSite(
  tree: Tree,
  output: string,
  { root, config, log, signer }: SiteTending,
): Promise<SiteSummary> {
  const work = path.join(config.work, 'site');
  return await withLock(work, async () => {
    const source = await openSiteSource(root, path.join(work, 'cache'), log);
    return await generateSite(tree, createSiteFolder(output), { log, signer, source });
  });
}
