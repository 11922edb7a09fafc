import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDefaultUser } from '../../../scripts/model/qa/default-user.ts';

const config = `users:
   - default
system_info:
   distro: debian
   # Default user name
   default_user:
     # who
     name: NAME
     lock_passwd: True

     groups: [adm]
   paths:
      name: other
`;

test('the name is read from cloud.cfg', () => {
  assert.equal(findDefaultUser(config.replace('NAME', 'debian')), 'debian');
  assert.equal(findDefaultUser(config.replace('NAME', '"cloud-user"  # quoted')), 'cloud-user');
});

test('a name that is no user name, or none, is not taken', () => {
  assert.equal(findDefaultUser(config.replace('NAME', '-oProxyCommand=x')), undefined);
  assert.equal(findDefaultUser(config.replace('name: NAME', 'gecos: x')), undefined);
  assert.equal(findDefaultUser(''), undefined);
});
