/** Signatures as stages see them: OpenPGP, by keys that only the adapter holds. */

/** The public side of a key that signs. */
export interface SigningKey {
  /** 40 hexadecimal digits, in capitals. */
  fingerprint: string;
  userId: string;
  createdAt: Date;
  /** Undefined when it never expires. */
  expiresAt: Date | undefined;
  /** The public key, armored, as users get it. */
  armored: string;
}

/**
 * Signs with every configured key: two while one replaces the other. The same inputs give the same bytes: dates are
 * given, never the clock's.
 */
export interface Signer {
  /**
   * The keys that sign, oldest first.
   * @throws AperiodicError `not-found` when none is configured, `invalid` when one cannot be used
   */
  keys(): Promise<SigningKey[]>;
  /**
   * The text between lines of signature, for people and programs to read (RFC 9580, 7).
   * @throws AperiodicError as `keys`; `conflict` for a date before a key was made, or after all of them expired
   */
  clearSign(text: string, at: Date): Promise<string>;
  /** An armored detached signature of a file, which is read as a stream. @throws as `clearSign` */
  detach(file: string, at: Date): Promise<string>;
  /** The text inside of a binary OpenPGP message, one for each key, oldest key first. @throws as `clearSign` */
  seal(text: string, at: Date): Promise<Uint8Array[]>;
}

/** A public key of a keyring. */
export type PublicKey = Pick<SigningKey, 'fingerprint' | 'armored'>;

/** Who signed, and when they say they did. */
export interface Signature {
  fingerprint: string;
  userId: string;
  at: Date;
  /** When the key expires; undefined for never. It was valid when it signed. */
  expiresAt: Date | undefined;
}

/**
 * Checks signatures against the public keys of a keyring. One good signature is enough, by a key that was neither expired
 * when it signed nor ever revoked.
 */
export interface Verifier {
  /**
   * The text of a clear-signed document, all of which is signed.
   * @param keys armored or binary keyrings
   * @throws AperiodicError `digest-mismatch` for a text that was changed, `denied` when no key of the keyring signed it or
   *   the one that did must not, `invalid` for what is not one clear-signed document
   */
  open(signed: string, keys: readonly Uint8Array[]): Promise<{ text: string; by: Signature }>;
  /** @throws AperiodicError as `open` */
  verify(file: string, signature: string, keys: readonly Uint8Array[]): Promise<Signature>;
  /** Each once, by fingerprint. @throws AperiodicError `invalid` for a keyring that cannot be read */
  list(keys: readonly Uint8Array[]): Promise<PublicKey[]>;
}
