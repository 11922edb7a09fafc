/** A mail server in memory. */
import type { AperiodicError } from '../../scripts/model/errors.ts';
import type { Mail, Message } from '../../scripts/ports.ts';

export interface FakeMail extends Mail {
  sent: Message[];
  /** Thrown when set. */
  refuses: AperiodicError | undefined;
}

export function createFakeMail(): FakeMail {
  const mail: FakeMail = {
    sent: [],
    refuses: undefined,
    send: async (message) => {
      if (mail.refuses !== undefined) throw mail.refuses;
      mail.sent.push(message);
    },
  };
  return mail;
}
