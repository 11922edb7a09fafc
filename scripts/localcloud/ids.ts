import { randomBytes } from 'node:crypto';

/** A new id of 17 hexadecimal digits, as EC2 has given out since 2016. */
export function newId(prefix: 'ami' | 'snap' | 'i' | 'r' | 'vol' | 'eni' | 'key' | 'sg' | 'sgr'): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}
