import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOut } from '../../../scripts/adapters/image/disk-layout.ts';
import { rpmSettingsFiles } from '../../../scripts/adapters/image/settings-rpm.ts';
import { smallSpec } from './small-spec.ts';

test('settings of a root of rpms are where its programs read them', () => {
  const spec = smallSpec({
    hostname: 'fixture',
    keyboard: 'de',
    bootloader: { append: 'quiet', timeoutSeconds: 3 },
  });
  const layout = layOut(spec.partitions, 'seed', () => '12345678');
  const files = new Map(rpmSettingsFiles(spec, layout).map(({ path, content }) => [path, content]));
  assert.deepEqual(
    [...files.keys()],
    [
      '/etc/locale.conf',
      '/etc/fstab',
      '/etc/vconsole.conf',
      '/etc/hostname',
      '/etc/hosts',
      '/etc/default/grub',
    ],
  );
  assert.equal(files.get('/etc/locale.conf'), 'LANG=C.UTF-8\n');
  assert.equal(files.get('/etc/vconsole.conf'), 'KEYMAP=de\nXKBLAYOUT=de\n');
  assert.match(files.get('/etc/fstab') ?? '', /^UUID=12345678 \/ ext4 /);
  assert.match(files.get('/etc/default/grub') ?? '', /^GRUB_TIMEOUT=3\n(.*\n)*GRUB_CMDLINE_LINUX="quiet"\n/);
});
