/** Carries out `aperiodic site`. */
import path from 'node:path';
import { readCommitTree } from '../../adapters/git/commit-tree.ts';
import { createGit } from '../../adapters/git/git.ts';
import { createWorkTree, noCommit } from '../../adapters/git/work-tree.ts';
import { withLock } from '../../adapters/host/lock.ts';
import { loadSecret } from '../../adapters/openpgp/secret.ts';
import { createSigner } from '../../adapters/openpgp/signer.ts';
import { createSiteFolder } from '../../adapters/site/folder.ts';
import { openSiteSource } from '../../adapters/site/source.ts';
import { AperiodicError } from '../../model/errors.ts';
import { formatBytes } from '../../render/site/words.ts';
import { generateSite } from '../../stages/site.ts';
import type { Context, Outcome } from '../command.ts';

export async function runSite(context: Context): Promise<Outcome> {
  const { given, log } = context;
  const config = await context.config();
  const named = given.text('output');
  if (named === undefined) throw new AperiodicError('usage', 'name a folder for the site: --output FOLDER');
  const output = path.resolve(named);
  const root = context.root();
  const work = path.join(config.work, 'site');
  const summary = await withLock(work, async () => {
    const tree = await readHead(root);
    const source = await openSiteSource(root, path.join(work, 'cache'), log);
    try {
      const signer = createSigner(() => loadSecret(config.signing));
      return {
        commit: tree.commit,
        ...(await generateSite(tree, createSiteFolder(output), { log, signer, source })),
      };
    } finally {
      source.close();
    }
  });
  const { written, kept, bytes, releases, signed } = summary;
  const what = written === 0 ? 'Nothing changed' : `${written} files made, ${kept} as before`;
  const text = `${what}: ${releases} releases, ${formatBytes(bytes)}${signed ? ', signed' : ', not signed'}, in ${output}\n`;
  return { json: { output, ...summary }, text };
}

/** What is committed; the files themselves where there is no commit. */
async function readHead(root: string) {
  const tree = await createWorkTree(root);
  return tree.commit === noCommit ? tree : await readCommitTree(createGit(root), tree.commit);
}
