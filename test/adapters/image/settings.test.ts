import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOut } from '../../../scripts/adapters/image/disk-layout.ts';
import { renderFstab, renderGrubConfig, settingsFiles } from '../../../scripts/adapters/image/settings.ts';
import type { ImageSpec } from '../../../scripts/model/kickstart/image-spec.ts';
import { assertGolden } from '../../support/golden.ts';
import { allPartitions, smallPartitions, smallSpec } from './small-spec.ts';

const golden = (name: string) => path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden', name);

const ids: Record<string, string> = {
  '/': '01234567-89ab-8def-8123-456789abcdef',
  '/boot': 'b0000000-89ab-8def-8123-456789abcdef',
  swap: '50000000-89ab-8def-8123-456789abcdef',
};

function layoutOf(spec: ImageSpec) {
  return layOut(spec.partitions, 'debian-12/small amd64', (mount) =>
    mount === '/boot/efi' ? '0123ABCD' : (ids[mount] ?? ''),
  );
}

function show(spec: ImageSpec): string {
  const layout = layoutOf(spec);
  const files = [
    ...settingsFiles(spec, layout),
    { path: '/boot/grub/grub.cfg', content: renderGrubConfig(spec, layout, '6.1.0-56-cloud-amd64') },
  ];
  return files.map(({ path: name, content }) => `==> ${name}\n${content}`).join('');
}

test('the files of a plain image', () => {
  assertGolden(golden('settings-plain.txt'), show(smallSpec()));
});

test('the files of an image that sets all there is to set', () => {
  const [biosboot, esp, root] = smallPartitions();
  assert.ok(biosboot && esp && root);
  const partitions = [
    biosboot,
    { ...esp, mountOptions: 'umask=0022,noauto' },
    { ...root, grow: false, mountOptions: 'rw,noatime,commit=60' },
  ];
  const spec = smallSpec({
    partitions,
    bootloader: { append: 'console=tty0 console=ttyS0,115200n8 quiet', timeoutSeconds: 7 },
    lang: 'de_DE.UTF-8',
    keyboard: 'de',
    timezone: 'Europe/Berlin',
    hostname: 'build.example.org',
    timeServers: ['ntp.example.org', '192.0.2.1'],
  });
  assertGolden(golden('settings-all.txt'), show(spec));
});

test('the files of an image with /boot and swap of their own', () => {
  const partitions = allPartitions();
  assertGolden(golden('settings-partitions.txt'), show(smallSpec({ partitions })));
  const fstab = (mount: string, mountOptions: string) =>
    renderFstab(
      layoutOf(
        smallSpec({
          partitions: partitions.map((part) => (part.mount === mount ? { ...part, mountOptions } : part)),
        }),
      ),
    );
  assert.match(fstab('/boot', 'ro,nodev'), /^UUID=b0\S+ \/boot ext4 ro,nodev 0 2$/m);
  assert.match(fstab('swap', 'pri=5'), /^UUID=50\S+ none swap pri=5 0 0$/m);
});

test('on ARM, GRUB uses the console of UEFI', () => {
  const spec = smallSpec();
  const layout = layoutOf(spec);
  const files = settingsFiles(spec, layout, 'arm64');
  assert.ok(!files.some(({ path: name }) => name === '/etc/grub.d/enable_cloud'));
  const texts = [...files.map(({ content }) => content), renderGrubConfig(spec, layout, '6.1', 'arm64')];
  assert.doesNotMatch(texts.join(''), /^serial |SERIAL_COMMAND/m);
  assert.match(texts.at(-1) ?? '', /^terminal_input console\nterminal_output console\nset default=0\n/);

  const split = smallSpec({ partitions: allPartitions().filter(({ mount }) => mount !== 'biosboot') });
  const config = renderGrubConfig(split, layoutOf(split), '6.1', 'arm64');
  assert.match(config, /^terminal_input console\n/);
  assert.match(config, /--set=root b0\S+\n {2}linux \/vmlinuz-6\.1 root=UUID=01\S+ ro /);
});

test('a root that does not grow is not told to', () => {
  const partitions = smallPartitions().map((part) => ({ ...part, grow: false }));
  const spec = smallSpec({ partitions });
  assert.doesNotMatch(renderFstab(layoutOf(spec)), /growfs/);
});
