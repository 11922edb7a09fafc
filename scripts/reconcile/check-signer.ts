/** Whether what is due could be signed: asked before anything of it is done. */
import { AperiodicError } from '../model/errors.ts';
import type { Action } from '../model/plan.ts';
import { timestamp } from '../model/timestamp.ts';
import type { Ports } from '../ports.ts';

/** @throws AperiodicError `not-found` when there is no key, `invalid` for one of no use, `conflict` when all expired */
export async function checkSigner(
  action: Action,
  { signer, clock }: Pick<Ports, 'signer' | 'clock'>,
): Promise<void> {
  if (!['mint', 'release', 'continue', 'extend'].includes(action.kind)) return;
  const keys = await signer.keys();
  const now = clock.now();
  if (keys.some(({ expiresAt }) => expiresAt === undefined || expiresAt > now)) return;
  const list = keys.map(
    ({ fingerprint, expiresAt }) => `${fingerprint} (${expiresAt && timestamp(expiresAt)})`,
  );
  throw new AperiodicError(
    'conflict',
    `the signing key expired: ${list.join(', ')}. Make a new one, see docs/signing.md`,
  );
}
