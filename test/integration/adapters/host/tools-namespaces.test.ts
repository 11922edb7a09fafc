import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainNamespaces, verifyNamespaces } from '../../../../scripts/adapters/host/tools-namespaces.ts';

describe('user namespaces', () => {
  const nothing = { maximum: undefined, unprivileged: undefined, apparmor: undefined, message: '' };
  it('that are forbidden are explained by the setting that forbids them', () => {
    assert.match(explainNamespaces({ ...nothing, maximum: '0' }), /user\.max_user_namespaces=65536/);
    assert.match(explainNamespaces({ ...nothing, unprivileged: '0' }), /unprivileged_userns_clone=1/);
    assert.match(
      explainNamespaces({ ...nothing, maximum: '9', apparmor: '1' }),
      /apparmor_restrict_unprivileged_userns=0/,
    );
    const message = 'newuidmap: uid range [1-65536) -> [100000-165535) not allowed';
    assert.match(explainNamespaces({ ...nothing, message }), /\/etc\/subuid/);
    assert.match(explainNamespaces(nothing), /container/);
  });

  it('work on this machine', async () => {
    await verifyNamespaces();
  });
});
