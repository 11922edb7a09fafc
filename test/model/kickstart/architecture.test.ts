import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reviewKickstart } from '../../../scripts/model/kickstart/interpret.ts';
import type { Architecture } from '../../../scripts/model/types.generated.ts';
import { biosboot, command, esp, type Line, parsedOf, root, somePackages } from './commands.ts';

function review(lines: readonly Line[], architecture?: Architecture) {
  const { parsed, lines: text } = parsedOf(lines);
  const more = architecture === undefined ? {} : { architecture };
  return reviewKickstart(parsed, text, { payload: 'deb', repositories: ['main'], entry: 'k.ks', ...more });
}

const mounts = (lines: readonly Line[], architecture?: Architecture) =>
  review(lines, architecture).spec?.partitions.map(({ mount }) => mount);

test('a machine without a BIOS needs no partition for it', () => {
  assert.deepEqual(mounts([esp, root, somePackages], 'arm64'), ['/boot/efi', '/']);
  assert.deepEqual(mounts([esp, root, somePackages], 'aarch64'), ['/boot/efi', '/']);
  assert.equal(mounts([esp, root, somePackages], 'amd64'), undefined);
  assert.equal(mounts([esp, root, somePackages]), undefined);
});

test('and leaves one out that other machines need', () => {
  assert.deepEqual(mounts([biosboot, esp, root, somePackages], 'arm64'), ['/boot/efi', '/']);
  const by = [command('reqpart', { '--add-boot': true }), root, somePackages];
  assert.deepEqual(mounts(by, 'arm64'), ['/boot/efi', '/boot', '/']);
  const ignored = (lines: readonly Line[]) =>
    review(lines, 'arm64')
      .findings.filter(({ standing }) => standing === 'ignored')
      .map(({ what, reason }) => [what, reason]);
  const why = 'machines of this architecture have no BIOS';
  assert.deepEqual(ignored([biosboot, esp, root, somePackages]), [['part biosboot', why]]);
  assert.deepEqual(ignored(by), [['reqpart: biosboot', why]]);
  assert.deepEqual(mounts([biosboot, esp, root, somePackages], 'x86_64'), ['biosboot', '/boot/efi', '/']);
});

test('a container has no such partition, whatever its machine', () => {
  const lines = [command('bootloader', { '--disabled': true }), biosboot, somePackages];
  for (const architecture of ['amd64', 'arm64'] as const)
    assert.deepEqual(
      review(lines, architecture)
        .findings.filter(({ standing }) => standing === 'refused')
        .map(({ what }) => what),
      ['part biosboot'],
    );
});
