import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Tokens of one metadata service. They carry their own end, so that a guest that asks for many costs no memory. */
export class MetadataTokens {
  readonly #key = randomBytes(32);

  /** @param now milliseconds */
  issue(seconds: number, now: number): string {
    const body = Buffer.alloc(16);
    body.writeBigUInt64BE(BigInt(now + seconds * 1000));
    randomBytes(8).copy(body, 8);
    return Buffer.concat([body, this.#mac(body)]).toString('base64url');
  }

  isValid(token: string, now: number): boolean {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== 48) return false;
    const body = bytes.subarray(0, 16);
    return timingSafeEqual(bytes.subarray(16), this.#mac(body)) && Number(body.readBigUInt64BE()) > now;
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}
