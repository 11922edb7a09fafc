/** Carries out `aperiodic find`. Writes nothing but the serials that it saw. */
import { homedir } from 'node:os';
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { createVerifier } from '../../adapters/openpgp/verifier.ts';
import { bareStream } from '../../model/catalog/bare-stream.ts';
import { describeStream } from '../../model/catalog/describe-stream.ts';
import { describeFound } from '../../model/catalog/found.ts';
import { loadCatalog } from '../../model/catalog/load-catalog.ts';
import { explainNothing, parseQuery } from '../../model/catalog/query.ts';
import { matchesStream, type Query, selectFrom } from '../../model/catalog/select.ts';
import { AperiodicError } from '../../model/errors.ts';
import { assertValid } from '../../model/schema.ts';
import { findDownloads } from '../../model/site/site-settings.ts';
import type { ApiStream } from '../../model/types.generated.ts';
import { renderFound } from '../../render/found.ts';
import type { Context, Outcome } from '../command.ts';
import { readPublishedDates } from '../find/dates.ts';
import { readPublished } from '../find/published.ts';
import { loadKeyring } from '../verify/keyring.ts';
import { defaultStateFile } from '../verify/state.ts';

export async function runFind(context: Context): Promise<Outcome> {
  const { given } = context;
  const query = parseQuery({
    distribution: given.text('distro'),
    image: given.text('image'),
    arch: given.text('arch'),
    region: given.text('region'),
    version: given.text('version'),
    at: given.text('at'),
  });
  const now = new Date();
  const { streams, all, signers } = await readStreams(context, query, now);
  const offers = selectFrom(streams, query, now);
  if (offers.length === 0) throw new AperiodicError('not-found', explainNothing(all, query, now));
  const found = assertValid('ApiFound', describeFound(streams, offers));
  const signed = signers === undefined ? [] : ['', `As signed by ${signers.join(', ')}`];
  return {
    json: { ...found, ...(signers && { signers }) },
    text: [renderFound(found, streams), ...signed].join('\n'),
  };
}

interface Read {
  /** That the query is about. */
  streams: ApiStream[];
  /** Also those that it is not about: their releases may be left out. */
  all: ApiStream[];
  /** Of signed documents. */
  signers?: string[];
}

async function readStreams(context: Context, query: Query, now: Date): Promise<Read> {
  const { given, env } = context;
  const from = given.text('from');
  if (from === undefined) {
    if (['keyring', 'state'].some((option) => given.text(option) !== undefined))
      throw new AperiodicError('usage', '--keyring and --state go with --from: a checkout is not signed');
    return await readCheckout(context, query);
  }
  const keys = await loadKeyring(given.text('keyring'), () => context.root());
  const state = given.text('state') ?? defaultStateFile(env, homedir());
  const { streams, catalog, signers } = await readPublished(query, {
    from,
    keys,
    verifier: createVerifier(),
    state,
    now,
  });
  const others = catalog.streams.filter(({ id }) => streams.every((stream) => stream.id !== id));
  return { streams, all: [...streams, ...others.map(bareStream)], signers };
}

async function readCheckout(context: Context, query: Query): Promise<Read> {
  const root = context.root();
  const tree = await createWorkTree(root);
  const publishedAt = await readPublishedDates(root, tree.commit, context.log);
  const { catalog, targets } = await loadCatalog(tree, { publishedAt });
  const downloads = targets && findDownloads(targets);
  const all = catalog.streams.map((stream) => describeStream(stream, { downloads }));
  return { streams: all.filter((stream) => matchesStream(stream, query)), all };
}
