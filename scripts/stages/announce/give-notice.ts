/** Sends one notice, and then says so in the record of its release. */
import { AperiodicError } from '../../model/errors.ts';
import { isMailed, messageIdOf, type Notice } from '../../model/notices/notice.ts';
import { signingDate } from '../../model/signing-date.ts';
import { recordPath } from '../../model/streams.ts';
import { timestamp } from '../../model/timestamp.ts';
import type { NoticeTargets, RecordedNotice } from '../../model/types.generated.ts';
import { assertWritable } from '../../model/writable.ts';
import { parseYaml } from '../../model/yaml.ts';
import { renderText } from '../../render/notices/text.ts';
import { clean, titleOf } from '../../render/notices/words.ts';
import { renderRecord } from '../../render/record.ts';
import type { GivePorts } from './read-notices.ts';

/** @throws AperiodicError as `Mail.send`, `Signer.clearSign` and `Forge.commit` */
export async function giveNotice(
  notice: Notice,
  settings: NoticeTargets,
  ports: GivePorts,
): Promise<RecordedNotice> {
  const { id, issuedAt } = notice;
  const messageId = isMailed(notice, settings) ? await send(notice, settings, ports) : undefined;
  const mailed = messageId === undefined ? {} : { messageId, sentAt: timestamp(ports.clock.now()) };
  const entry: RecordedNotice = { id, issuedAt, ...mailed };
  await record(notice, entry, ports);
  return entry;
}

/** Gives the Message-ID. The text is signed: who gets it on another way can check it all the same. */
async function send(
  notice: Notice,
  { from, to, ...settings }: NoticeTargets,
  { mail, signer, log }: GivePorts,
): Promise<string | undefined> {
  if (from === undefined || to === undefined) return undefined;
  const date = new Date(notice.issuedAt);
  const text = renderText(notice, { from, to, ...settings });
  const id = messageIdOf(notice, from.address);
  await mail.send({
    id,
    from: { address: from.address, ...(from.name === undefined ? {} : { name: clean(from.name) }) },
    to,
    subject: `[${notice.id}] ${titleOf(notice)}`,
    date,
    text: await signer.clearSign(text, signingDate(date, await signer.keys())),
  });
  log.info(`${notice.stream}: sent the notice ${notice.id} to ${to.join(', ')}`);
  return id;
}

/**
 * The serial and the date of the record stay: what is signed of the stream says nothing of notices.
 * @throws AperiodicError `conflict` when the record is gone
 */
async function record(
  { stream, release }: Notice,
  entry: RecordedNotice,
  { forge }: Pick<GivePorts, 'forge'>,
): Promise<void> {
  const path = recordPath(stream, release.version);
  await forge.commit({
    message: `Record the notice ${entry.id}\n`,
    render: async (tree) => {
      const text = await tree.read(path);
      if (text === undefined)
        throw new AperiodicError('conflict', 'is gone from the main branch: its notice was given', {
          file: path,
        });
      const earlier = parseYaml('PublishedRecord', text, path);
      const notices = earlier.notices ?? [];
      if (notices.some(({ id }) => id === entry.id)) return [];
      await assertWritable([path], tree);
      return [{ path, content: renderRecord({ ...earlier, notices: [...notices, entry] }) }];
    },
  });
}
