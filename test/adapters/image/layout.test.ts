import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bootPlace,
  fileSystemId,
  findPartition,
  layOut,
  partitionOf,
  sectorSize,
  sfdiskScript,
} from '../../../scripts/adapters/image/disk-layout.ts';
import { deriveUuid, deriveVolumeId } from '../../../scripts/adapters/image/identifiers.ts';
import { allPartitions, smallPartitions } from './small-spec.ts';

const size = fc.integer({ min: 1, max: 1024 * 1024 });
const mebibyte = 1024 * 1024;

test('partitions do not overlap, begin at whole mebibytes, lie inside the disk, and the root is last', () => {
  fc.assert(
    fc.property(size, size, size, fc.boolean(), fc.string(), (one, two, root, all, seed) => {
      const wanted = all
        ? allPartitions({ boot: one, swap: two, root })
        : smallPartitions({ biosboot: one, esp: two, root });
      const layout = layOut(wanted, seed, (mount) => fileSystemId(seed, mount));
      let end = mebibyte;
      for (const [index, placed] of layout.partitions.entries()) {
        const start = placed.startSector * sectorSize;
        assert.equal(placed.number, index + 1);
        assert.equal(start, end);
        assert.equal(start % mebibyte, 0);
        assert.equal(placed.sectors * sectorSize, (wanted[index]?.sizeMiB ?? 0) * mebibyte);
        end = start + placed.sectors * sectorSize;
      }
      // The backup of the partition table: 33 sectors at the end.
      assert.ok(layout.size - end >= 33 * sectorSize);
      assert.equal(layout.partitions.at(-1), partitionOf(layout, '/'));
      const ids = [layout.diskId, ...layout.partitions.flatMap(({ uuid, fsid }) => [uuid, fsid])];
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(Number.isSafeInteger(layout.size));
    }),
  );
});

test("sfdisk's input names each partition by number of sectors, and nothing of the kickstart's text", () => {
  const layout = layOut(smallPartitions(), 'seed', () => 'id');
  assert.deepEqual(sfdiskScript(layout).split('\n'), [
    'label: gpt',
    `label-id: ${layout.diskId}`,
    'first-lba: 34',
    `start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, uuid=${layout.partitions[0]?.uuid}`,
    `start=4096, size=67584, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid=${layout.partitions[1]?.uuid}`,
    `start=71680, size=131072, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=${layout.partitions[2]?.uuid}`,
    '',
  ]);
});

test('/boot and swap have types of their own, and GRUB reads from /boot where there is one', () => {
  const layout = layOut(allPartitions(), 'seed', (mount) => `id of ${mount}`);
  const typeOf = (mount: string) => findPartition(layout, mount)?.type;
  assert.equal(typeOf('/boot'), 'BC13C2FF-59E6-4262-A352-B275FD6F7172');
  assert.equal(typeOf('swap'), '0657FD6D-A4AB-43C4-84E5-0933C84B4F4F');
  assert.deepEqual(bootPlace(layout), { fsid: 'id of /boot', folder: '' });
  const plain = layOut(smallPartitions(), 'seed', (mount) => `id of ${mount}`);
  assert.deepEqual(bootPlace(plain), { fsid: 'id of /', folder: '/boot' });
  assert.equal(findPartition(plain, 'swap'), undefined);
  const [first] = smallPartitions();
  assert.ok(first !== undefined);
  assert.throws(
    () => layOut([{ ...first, mount: '/home' }], 'seed', () => 'id'),
    /no partition type for \/home/,
  );
});

test('the type of the root says what machine it is for', () => {
  const typesOn = (processor: 'x86_64' | 'aarch64') => {
    const layout = layOut(allPartitions(), 'seed', () => 'id', processor);
    return new Map(layout.partitions.map(({ spec, type }) => [spec.mount, type]));
  };
  const arm = typesOn('aarch64');
  assert.equal(arm.get('/'), 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE');
  // Of /boot, also ext4, and of the others it says nothing.
  assert.deepEqual(arm, typesOn('x86_64').set('/', arm.get('/') ?? ''));
});

test('a mount point that the layout lacks is a bug', () => {
  assert.throws(
    () =>
      partitionOf(
        layOut([], 'seed', () => 'id'),
        '/',
      ),
    /no partition for \//,
  );
});

test('ids are a function of seed and purpose, and of the form that tools want', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (seed, purpose) => {
      const uuid = deriveUuid(seed, purpose);
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(uuid, deriveUuid(seed, purpose));
      assert.notEqual(uuid, deriveUuid(`${seed}x`, purpose));
      assert.match(deriveVolumeId(seed, purpose), /^[0-9A-F]{8}$/);
    }),
  );
  assert.equal(deriveUuid('debian-12/cloud-base amd64', 'disk'), '9a3b62e8-84c6-88f3-85da-8e632e589771');
});
