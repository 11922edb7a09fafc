/** The Mail port by SMTP. Servers elsewhere are spoken to by TLS only. */
import type { SMTPSentMessageInfo, SMTPTransportOptions, Transporter } from 'nodemailer';
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import type { Mail, Message } from '../../ports/mail.ts';
import type { Log } from '../../ports.ts';
import { cleanLine } from '../log/clean-text.ts';

export interface MailSettings {
  /** As in the configuration: smtps://host[:port] or smtp://host[:port]. */
  server?: string | undefined;
  /** Read when mail is sent. */
  login(): { user: string; password: string } | undefined;
}

/** Milliseconds: to connect, until the server greets, between two answers. */
const patience = { connectionTimeout: 30_000, greetingTimeout: 30_000, socketTimeout: 120_000 };
/** Characters of what a server says. */
const longestAnswer = 300;

export function createMail(settings: MailSettings, log: Pick<Log, 'warn'>): Mail {
  return {
    send: async (message) => {
      const options = transportOptions(settings);
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(options);
      try {
        await deliver(transport, message, log);
      } finally {
        transport.close();
      }
    },
  };
}

/** Connects to nothing. @throws AperiodicError `not-found` without a server, `usage` for half a login */
export function transportOptions({ server, login }: MailSettings): SMTPTransportOptions {
  if (server === undefined) {
    throw new AperiodicError(
      'not-found',
      "there is no mail server: set APERIODIC_MAIL_SERVER or 'mail.server' in .aperiodic/config.yaml, or take 'to' out of 'notices', and 'alerts', in releases/targets.yaml",
    );
  }
  const { protocol, hostname, port } = new URL(server);
  const isOwn = /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname);
  const secure = protocol === 'smtps:';
  const given = login();
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // STARTTLS, or nothing is sent. On this machine nobody listens on the way.
    requireTLS: !secure && !isOwn,
    ignoreTLS: !secure && isOwn,
    ...(given === undefined ? {} : { auth: { user: given.user, pass: given.password } }),
    ...patience,
    tls: { minVersion: 'TLSv1.2' },
    disableFileAccess: true,
    disableUrlAccess: true,
    // The name of this machine is nobody's business, and may be none that servers take.
    name: '[127.0.0.1]',
  };
}

async function deliver(
  transport: Pick<Transporter<SMTPSentMessageInfo>, 'sendMail'>,
  { id, from, to, subject, date, text }: Message,
  log: Pick<Log, 'warn'>,
): Promise<void> {
  const { rejected } = await transport
    .sendMail({
      messageId: id,
      from: { name: from.name ?? '', address: from.address },
      to: to.map((address) => ({ name: '', address })),
      subject,
      date,
      text,
      // Lines and spaces arrive as they are, also through servers that cut long lines.
      textEncoding: 'quoted-printable',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    .catch((error: unknown) => {
      throw translate(error);
    });
  for (const address of rejected) log.warn(`the mail server does not take ${id} for ${cleanLine(address)}`);
}

const codes: Record<string, ErrorCode> = {
  EAUTH: 'denied',
  ENOAUTH: 'denied',
  EENVELOPE: 'denied',
  EMESSAGE: 'denied',
};

/** A server's words are cleaned; the login is in none of them, for it is sent in other lines. */
function translate(error: unknown): AperiodicError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = cleanLine(error instanceof Error ? error.message : String(error)).slice(0, longestAnswer);
  return new AperiodicError(
    codes[code] ?? 'unreachable',
    `the mail could not be sent, and will be with the next run: ${words}`,
    { cause: error },
  );
}
