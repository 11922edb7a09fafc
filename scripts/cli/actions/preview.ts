/** Carries out `aperiodic preview`. Writes nothing but the file that it is told to. */
import { readGithubEvent } from '../../adapters/github/context.ts';
import { writeFileAtomic } from '../../adapters/host/files.ts';
import { venvPython } from '../../adapters/host/python-venv.ts';
import { createKickstartParser } from '../../adapters/kickstart/parser.ts';
import { AperiodicError } from '../../model/errors.ts';
import { interpretKickstart } from '../../model/kickstart/interpret.ts';
import type { LoadOptions } from '../../model/load.ts';
import { makePreview } from '../../model/preview.ts';
import { kickstartPathOf } from '../../model/streams.ts';
import { concludePreview, renderPreview } from '../../render/preview.ts';
import type { Context, Outcome } from '../command.ts';
import { inspectChange } from '../inspect-change.ts';
import { readEvidence } from '../read-evidence.ts';

export async function runPreview(context: Context): Promise<Outcome> {
  const { given } = context;
  const base = given.text('base');
  if (base === undefined)
    throw new AperiodicError('usage', 'say what it is compared with: --base origin/main');
  const kickstarts = createKickstartParser({ python: venvPython() });
  const requestOf: LoadOptions['requestOf'] = async (lines, stream, architecture) => {
    const { payload, repositories } = stream;
    const entry = kickstartPathOf(stream, architecture);
    const context = { payload, repositories, entry, architecture };
    return interpretKickstart(await kickstarts.parse(lines), lines, context).spec.request;
  };
  const names = { base, head: given.text('head') ?? 'HEAD' };
  const inspected = await inspectChange(context.root(), names, { requestOf, now: new Date() });
  const pull = (await readGithubEvent(context.env))?.pull_request;
  const values = given.text('values');
  const preview = makePreview({
    ...inspected,
    pull: pull?.number,
    // What is checked out for a pull request is a commit that merges it: its head is the event's.
    head: pull?.head.sha ?? inspected.head,
    evidence: await readEvidence(values),
  });
  const file = given.text('out');
  if (file !== undefined) await writeFileAtomic(file, `${JSON.stringify(preview, null, 1)}\n`);
  return {
    json: { conclusion: concludePreview(preview), preview },
    text: file === undefined ? renderPreview(preview) : `preview: wrote ${file}: ${concludePreview(preview)}`,
  };
}
