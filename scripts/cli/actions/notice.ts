/** Carries out `aperiodic notice`. Writes nothing. */
import { createWorkTree } from '../../adapters/git/work-tree.ts';
import { AperiodicError } from '../../model/errors.ts';
import { loadReleasesOf } from '../../model/load-releases-of.ts';
import { listNotices, type Notice } from '../../model/notices/notice.ts';
import { streamPath } from '../../model/streams.ts';
import type { NoticeTargets } from '../../model/types.generated.ts';
import { parseYaml } from '../../model/yaml.ts';
import { renderAtom } from '../../render/notices/atom.ts';
import { renderCsaf } from '../../render/notices/csaf.ts';
import { renderJsonFeed } from '../../render/notices/json-feed.ts';
import { renderMarkdown } from '../../render/notices/markdown.ts';
import { renderOpenvex } from '../../render/notices/openvex.ts';
import { renderOsv } from '../../render/notices/osv.ts';
import { renderText } from '../../render/notices/text.ts';
import { renderUpdateinfo } from '../../render/notices/updateinfo.ts';
import type { Context, Outcome } from '../command.ts';

type Render = (notice: Notice, targets: NoticeTargets) => string | undefined;

const formats: Record<string, Render> = {
  text: renderText,
  markdown: renderMarkdown,
  atom: (notice, targets) => renderAtom([notice], targets),
  'json-feed': (notice, targets) => renderJsonFeed([notice], targets),
};

/** Of security releases only. */
const securityFormats: Record<string, Render> = {
  csaf: (notice, targets) => targets.publisher && renderCsaf(notice, targets, targets.publisher),
  osv: renderOsv,
  openvex: (notice, { publisher }) => publisher && renderOpenvex(notice, publisher),
  updateinfo: (notice, targets) => renderUpdateinfo([notice], targets),
};

export async function runNotice({ root, given }: Context): Promise<Outcome> {
  const [stream, version] = [given.argument('stream'), given.argument('version')];
  const format = given.text('format') ?? 'text';
  const render = formats[format] ?? securityFormats[format];
  if (render === undefined) {
    const known = [...Object.keys(formats), ...Object.keys(securityFormats)].join(', ');
    throw new AperiodicError('usage', `there is no format '${format}': choose one of ${known}`);
  }
  const { notices, targets } = await readAll(stream, root());
  const kind = given.flag('withdrawal') ? 'withdrawal' : 'security';
  const own = notices.filter(({ release }) => release.version === version);
  const notice = own.find((one) => one.kind === kind) ?? (given.flag('withdrawal') ? undefined : own[0]);
  if (notice === undefined) {
    throw new AperiodicError(
      'not-found',
      `${stream} ${version} has no such notice: only recorded releases with 'fixes', or that were withdrawn, have one`,
    );
  }
  const isIn = notice.kind === 'security' || format in formats;
  const text = isIn ? render(notice, targets) : undefined;
  if (text !== undefined) return { json: { id: notice.id, format, text }, text };
  throw new AperiodicError(
    'not-found',
    `the notice ${notice.id} is not told in ${format}: of withdrawals there are ${Object.keys(formats).join(', ')}; csaf and openvex need 'publisher' in 'notices' of releases/targets.yaml, openvex a CVE`,
  );
}

async function readAll(stream: string, root: string): Promise<{ notices: Notice[]; targets: NoticeTargets }> {
  const tree = await createWorkTree(root);
  const file = 'releases/targets.yaml';
  const targets = parseYaml('Targets', (await tree.read(file)) ?? '', file).notices ?? {};
  const about = await tree.read(streamPath(stream));
  if (about === undefined) throw new AperiodicError('not-found', `there is no stream '${stream}'`);
  const state = await loadReleasesOf(stream, tree);
  const [problem] = state.problems;
  if (problem !== undefined) throw problem;
  return { notices: listNotices(targets, parseYaml('Stream', about, streamPath(stream)), state), targets };
}
