/** Wires the generator of sites to this machine. */
import path from 'node:path';
import { createGit } from '../../adapters/git/git.ts';
import type { ResolvedConfig } from '../../adapters/host/config.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { createSiteFolder } from '../../adapters/site/folder.ts';
import { openSiteSource } from '../../adapters/site/source.ts';
import type { Tree } from '../../model/tree.ts';
import type { Log, Signer } from '../../ports.ts';
import { generateSite, type SiteSummary } from '../../stages/site.ts';
import { openCrew } from './crew.ts';

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
    const cache = path.join(work, 'cache');
    const source = await openSiteSource(root, cache, log);
    const crew = (await isInClone(root, tree)) ? openCrew(root, cache) : undefined;
    return await generateSite(tree, createSiteFolder(output), { log, signer, source, crew });
  });
}

/** What a forge's API gave, or what nobody committed, is not for threads that read the clone. */
async function isInClone(root: string, { commit, digests }: Tree): Promise<boolean> {
  if (digests === undefined) return false;
  const { exitCode } = await createGit(root)(['cat-file', '-e', `${commit}^{commit}`], {
    accept: [0, 1, 128],
  });
  return exitCode === 0;
}
