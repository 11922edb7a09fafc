import type { Call } from '../cloud.ts';
import { identityArn } from '../identities.ts';
import type { Fields } from '../protocols/fields.ts';
import type { XmlStructure } from '../protocols/xml.ts';

/** Source: STS API Reference, GetCallerIdentity: no permission is needed, even a Deny does not stop it. */
export const STS_CALLS: Readonly<Record<string, Call<Fields, XmlStructure>>> = {
  GetCallerIdentity: {
    access: 'read',
    permissions: () => [],
    run: (_fields, { identity }) => ({
      Arn: identityArn(identity),
      UserId: identity.account,
      Account: identity.account,
    }),
  },
};
