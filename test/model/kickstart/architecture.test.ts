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
  assert.deepEqual(mounts([command('reqpart'), root, somePackages], 'arm64'), ['/boot/efi', '/']);
  const { findings } = review([biosboot, esp, root, somePackages], 'arm64');
  assert.deepEqual(
    findings.filter(({ standing }) => standing === 'ignored').map(({ what, reason }) => [what, reason]),
    [['part biosboot', 'machines of this architecture have no BIOS']],
  );
  assert.deepEqual(mounts([biosboot, esp, root, somePackages], 'x86_64'), ['biosboot', '/boot/efi', '/']);
});
