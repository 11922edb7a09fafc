import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { layOut } from '../../../scripts/adapters/image/disk-layout.ts';
import { renderFstab, renderGrubConfig, settingsFiles } from '../../../scripts/adapters/image/settings.ts';
import type { ImageSpec } from '../../../scripts/model/kickstart/image-spec.ts';
import { assertGolden } from '../../support/golden.ts';
import { smallPartitions, smallSpec } from './small-spec.ts';

const golden = (name: string) => path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden', name);

function layoutOf(spec: ImageSpec) {
  return layOut(spec.partitions, 'debian-12/small amd64', (mount) =>
    mount === '/' ? '01234567-89ab-8def-8123-456789abcdef' : '0123ABCD',
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

test('on ARM, GRUB uses the console of UEFI', () => {
  const spec = smallSpec();
  const layout = layoutOf(spec);
  const files = settingsFiles(spec, layout, 'arm64');
  assert.ok(!files.some(({ path: name }) => name === '/etc/grub.d/enable_cloud'));
  const texts = [...files.map(({ content }) => content), renderGrubConfig(spec, layout, '6.1', 'arm64')];
  assert.doesNotMatch(texts.join(''), /^serial |SERIAL_COMMAND/m);
  assert.match(texts.at(-1) ?? '', /^terminal_input console\nterminal_output console\nset default=0\n/);
});

test('a root that does not grow is not told to', () => {
  const partitions = smallPartitions().map((part) => ({ ...part, grow: false }));
  const spec = smallSpec({ partitions });
  assert.doesNotMatch(renderFstab(layoutOf(spec)), /growfs/);
});
