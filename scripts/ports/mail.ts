/** Mail as stages see it. */

export interface Mailbox {
  /** As people read it. */
  name?: string;
  address: string;
}

export interface Message {
  /** With its angle brackets. The same for the same message, so that who gets it twice can tell. */
  id: string;
  from: Mailbox;
  to: readonly string[];
  /** One line. */
  subject: string;
  date: Date;
  /** Plain text, with a line break at the end of each line. It arrives as it is, for it may be signed. */
  text: string;
}

export interface Mail {
  /**
   * Ends when a server took the message for at least one of those it goes to; others are warned of. A message that a server
   * took may be sent again when this was killed before it could say so.
   * @throws AperiodicError `not-found` when no server is configured, `invalid` for one that must not be used, `unreachable`,
   *   `denied` when the server takes neither login nor message
   */
  send(message: Message): Promise<void>;
}
