import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOf, countChecks, guestChecks } from '../../../scripts/model/qa/checks.ts';
import { concerns, firmwaresOf } from '../../../scripts/model/qa/firmwares.ts';
import { makeContext } from './context.ts';

test('a machine without a BIOS is tested by UEFI alone, and misses no check', () => {
  assert.deepEqual(firmwaresOf('arm64'), ['uefi']);
  assert.deepEqual(firmwaresOf('x86_64'), ['bios', 'uefi']);
  const arm = { payload: 'deb', architecture: 'arm64' } as const;
  assert.equal(countChecks('uefi', arm), countChecks('bios', { payload: 'deb' }));
  assert.ok(countChecks('uefi', arm) > countChecks('uefi', { payload: 'deb' }));
  assert.ok(!concerns(['bios'], 'ec2', 'arm64'));
});

test('the boot loader of ARM is installed for ARM', () => {
  const context = makeContext({ guest: 'uefi' });
  const scriptOf = (architecture: 'amd64' | 'arm64') => {
    const job = { ...context.job, architecture };
    const [check] = checksOf(guestChecks, 'uefi', 'after-boot', job).filter(
      ({ id }) => id === 'boot-loader-installs',
    );
    return check?.script({ ...context, job }) ?? '';
  };
  assert.match(scriptOf('amd64'), /--target=x86_64-efi /);
  assert.match(scriptOf('arm64'), /--target=arm64-efi /);
});
