import type { PolicyDocument } from './policy.ts';

/** Somebody with an access key. The secret is made up for this cloud; never use one of a real account. */
export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  /** Must be sent when set, as with credentials of a role. */
  sessionToken?: string;
  /** Twelve digits. */
  account: string;
  /** Default: the account's root user. */
  arn?: string;
  /** What it may do. Without a document it may do everything. */
  policy?: PolicyDocument;
  /** The credentials have run out. */
  expired?: boolean;
}

/** Who calls when no identities are given: one account that may do everything. */
export const DEFAULT_IDENTITY: Identity = {
  accessKeyId: 'LOCALCLOUDKEY',
  secretAccessKey: 'localcloud-secret',
  account: '123456789012',
};

export function identityArn(identity: Identity): string {
  return identity.arn ?? `arn:aws:iam::${identity.account}:root`;
}
