/** Mail through a real SMTP server on the loopback, read by a parser of mail. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { createMail, transportOptions } from '../../../../scripts/adapters/mail/smtp.ts';
import type { Message } from '../../../../scripts/ports.ts';
import { renderText } from '../../../../scripts/render/notices/text.ts';
import { createFakeLog } from '../../../support/fake-log.ts';
import { hostile, hostileNotices, hostileTargets } from '../../../support/notices.ts';
import { at, gpgv, makeKey, signerOf, writeGpgvKeyring } from '../../../support/openpgp.ts';
import { startSmtpServer as startServer } from '../../../support/smtp-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const message: Message = {
  id: '<TEST-debian-12.cloud-base-20261201.0@lists.example.org>',
  from: { name: 'Test images', address: 'images@lists.example.org' },
  to: ['announce@lists.example.org', 'second@lists.example.org'],
  subject: '[TEST-1] Important security update',
  date: new Date('2026-12-01T12:00:00Z'),
  text: `From the start\n.\n..dots\n${'long '.repeat(300)}end\n  indented – “quoted”\n`,
};
const none = { login: () => undefined };

test('a message arrives as it is, with its Message-ID and date, and again as the same', async (t) => {
  const { received, port } = await startServer(t);
  const mail = createMail({ server: `smtp://127.0.0.1:${port}`, ...none }, createFakeLog());
  await mail.send(message);
  await mail.send(message);
  const [one, other] = received;
  assert.equal(one?.raw, other?.raw);
  assert.deepEqual([one?.from, one?.to], [message.from.address, message.to]);
  const seen = await simpleParser(one?.raw ?? '');
  assert.equal(seen.messageId, message.id);
  assert.equal(seen.subject, message.subject);
  assert.equal(seen.from?.text, '"Test images" <images@lists.example.org>');
  assert.deepEqual(seen.date, message.date);
  assert.equal(seen.text, message.text);
  assert.equal(seen.html, false);
  assert.equal(seen.attachments.length, 0);
  assert.equal(seen.headers.get('auto-submitted'), 'auto-generated');
});

test('no text leads to another header, line or recipient', async (t) => {
  const { received, port } = await startServer(t);
  const mail = createMail({ server: `smtp://127.0.0.1:${port}`, ...none }, createFakeLog());
  const injected = 'x\r\nBcc: victim@example.org\r\n\r\n<b>body</b>\n.\r\nMAIL FROM:<evil@example.org>';
  const worst = { ...message, from: { ...message.from, name: injected }, subject: injected + hostile };
  await mail.send(worst);
  await mail.send({ ...message, text: `${injected}\n${Buffer.from(hostile).toString()}` });
  assert.equal(received.length, 2);
  for (const { raw, to } of received) {
    assert.deepEqual(to, message.to);
    const seen = await simpleParser(raw);
    assert.equal(seen.headers.has('bcc'), false);
    assert.equal(seen.from?.value[0]?.address, message.from.address);
    assert.equal(seen.messageId, message.id);
    assert.equal(seen.html, false);
  }
});

test('a signed notice with hostile texts can be verified by gpgv as it arrives', async (t) => {
  const folder = await temporaryFolder(t);
  const { received, port } = await startServer(t);
  const key = await makeKey('A key of tests');
  const keyring = await writeGpgvKeyring(path.join(folder, 'keyring.gpg'), [key.publicArmored]);
  const mail = createMail({ server: `smtp://127.0.0.1:${port}`, ...none }, createFakeLog());
  for (const notice of hostileNotices()) {
    const plain = renderText(notice, hostileTargets);
    await mail.send({ ...message, text: await signerOf(key).clearSign(plain, at) });
    const { text = '' } = await simpleParser(received.at(-1)?.raw ?? '');
    const file = path.join(folder, 'mail.txt');
    await writeFile(file, text);
    const { code, status } = await gpgv(keyring, file);
    assert.deepEqual([code, /^\[GNUPG:\] GOODSIG /m.test(status)], [0, true], status);
    assert.ok(text.includes(plain));
  }
});

test('who is not taken is warned of, and the others get it', async (t) => {
  const { received, port } = await startServer(t, {}, ['second@lists.example.org']);
  const log = createFakeLog();
  await createMail({ server: `smtp://127.0.0.1:${port}`, ...none }, log).send(message);
  assert.deepEqual(received[0]?.to, ['announce@lists.example.org']);
  assert.match(log.lines.join('\n'), /warn the mail server does not take .* for second@lists\.example\.org/);
});

test('a login is used, and shown nowhere when it is refused', async (t) => {
  const { received, port } = await startServer(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'robot' && password === 's3cret' ? done(null, { user: 1 }) : done(new Error('no')),
  });
  const send = (password: string) =>
    createMail(
      { server: `smtp://127.0.0.1:${port}`, login: () => ({ user: 'robot', password }) },
      createFakeLog(),
    ).send(message);
  await send('s3cret');
  assert.equal(received.length, 1);
  await assert.rejects(send('wr0ng'), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'denied');
    assert.doesNotMatch(`${error.message} ${error.stack}`, /wr0ng/);
    return true;
  });
});

test('servers that are down, refuse, or whose certificate nobody knows are named as such', async (t) => {
  const refusing = await startServer(t, {}, message.to.slice());
  const secure = await startServer(t, { secure: true });
  const send = (server: string | undefined) => createMail({ server, ...none }, createFakeLog()).send(message);
  await assert.rejects(send(`smtp://127.0.0.1:${refusing.port}`), { code: 'denied' });
  await assert.rejects(send(`smtps://127.0.0.1:${secure.port}`), {
    code: 'unreachable',
    message: /certificate/,
  });
  await assert.rejects(send('smtp://127.0.0.1:1'), { code: 'unreachable', message: /next run/ });
  await assert.rejects(send(undefined), { code: 'not-found', message: /APERIODIC_MAIL_SERVER/ });
  assert.deepEqual([refusing.received, secure.received], [[], []]);
});

test('elsewhere nothing goes without TLS', () => {
  const options = (server: string) => {
    const { host, port, secure, requireTLS, ignoreTLS } = transportOptions({ server, ...none });
    return [host, port, secure, requireTLS, ignoreTLS];
  };
  assert.deepEqual(options('smtp://mail.example.org'), ['mail.example.org', 587, false, true, false]);
  assert.deepEqual(options('smtps://mail.example.org'), ['mail.example.org', 465, true, false, false]);
  assert.deepEqual(options('smtp://127.0.0.1.example.org:25'), [
    '127.0.0.1.example.org',
    25,
    false,
    true,
    false,
  ]);
  assert.deepEqual(options('smtp://[::1]:25'), ['::1', 25, false, false, true]);
});
