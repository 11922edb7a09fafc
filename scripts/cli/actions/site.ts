/** Carries out `aperiodic site`. */
import path from 'node:path';
import { readCommitTree } from '../../adapters/git/commit-tree.ts';
import { createGit } from '../../adapters/git/git.ts';
import { createWorkTree, noCommit } from '../../adapters/git/work-tree.ts';
import { loadSecret } from '../../adapters/openpgp/secret.ts';
import { createSigner } from '../../adapters/openpgp/signer.ts';
import { AperiodicError } from '../../model/errors.ts';
import { formatBytes } from '../../render/site/words.ts';
import type { Context, Outcome } from '../command.ts';
import { tendSite } from '../site/tend-site.ts';

export async function runSite(context: Context): Promise<Outcome> {
  const config = await context.config();
  const named = context.given.text('output');
  const output = named === undefined ? config.site : path.resolve(named);
  if (output === undefined) {
    const text = "name a folder for the site: --output FOLDER, or 'site.directory' in .aperiodic/config.yaml";
    throw new AperiodicError('usage', text);
  }
  const root = context.root();
  const signer = createSigner(() => loadSecret(config.signing));
  const tree = await readHead(root);
  const summary = await tendSite(tree, output, { root, config, log: context.log, signer });
  const { written, kept, bytes, releases, signed } = summary;
  const what = written === 0 ? 'Nothing changed' : `${written} files made, ${kept} as before`;
  const size = `${releases} releases, ${formatBytes(bytes)}, ${signed ? 'signed' : 'not signed'}`;
  return { json: { output, commit: tree.commit, ...summary }, text: `${what}: ${size}, in ${output}\n` };
}

/** What is committed; the files themselves where there is no commit. */
async function readHead(root: string) {
  const tree = await createWorkTree(root);
  return tree.commit === noCommit ? tree : await readCommitTree(createGit(root), tree.commit);
}
