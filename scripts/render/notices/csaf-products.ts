/** The product tree of a CSAF document: two versions of the image, and the packages in each (CSAF 2.0, 3.2.2). */
import type { Notice } from '../../model/notices/notice.ts';
import { compareText } from '../../model/order.ts';
import type { FixedPackage, PublishedRecord } from '../../model/types.generated.ts';
import { imagePurl, packagePurl } from './purls.ts';
import { clean } from './words.ts';

/** IDs of products that the vulnerabilities of a document are about. */
export interface Affected {
  fixed: string[];
  affected: string[];
}

/** Which products a fix is about: the packages as components of the release before, and of this one. */
export function productsOf(packages: readonly FixedPackage[], notice: Notice): Affected {
  const { release, previous } = notice;
  const ids = (version: string, side: 'from' | 'to') =>
    sorted(packages.map((one) => partId(version, one.name, one[side])));
  return {
    fixed: ids(release.version, 'to'),
    affected: previous === undefined ? [] : ids(previous.version, 'from'),
  };
}

export function productTree(notice: Notice, vendor: string): object {
  const { release, record, previous, fixes } = notice;
  const packages = fixes.flatMap((fix) => fix.packages);
  const images = [...(previous === undefined ? [] : [previous]), record];
  const names = sorted(packages.map(({ name }) => name));
  const branches = [
    {
      category: 'product_name',
      name: clean(notice.image.title),
      branches: images.map((image) => imageBranch(image, notice)),
    },
    ...names.map((name) => ({
      category: 'product_name',
      name,
      branches: packageBranches(
        packages.filter((one) => one.name === name),
        notice,
      ),
    })),
  ];
  const parts = [
    ...(previous === undefined ? [] : relate(packages, previous.version, 'from', notice)),
    ...relate(packages, release.version, 'to', notice),
  ];
  return {
    branches: [{ category: 'vendor', name: vendor, branches }],
    relationships: [...new Map(parts.map((part) => [part.full_product_name.product_id, part])).values()],
  };
}

function imageBranch({ version, architectures }: PublishedRecord, { image, stream }: Notice): object {
  const files = architectures.flatMap(({ artifacts }) => artifacts);
  return {
    category: 'product_version',
    name: version,
    product: {
      product_id: imageId(version),
      name: `${clean(image.title)} ${version}`,
      product_identification_helper: {
        purl: imagePurl(stream, version),
        hashes: [...files]
          .sort((a, b) => compareText(a.name, b.name))
          .map(({ name, sha256 }) => ({
            filename: name,
            file_hashes: [{ algorithm: 'sha256', value: sha256 }],
          })),
      },
    },
  };
}

function packageBranches(packages: readonly FixedPackage[], notice: Notice): object[] {
  const versions = new Map<string, FixedPackage>();
  for (const one of packages) {
    if (notice.previous !== undefined) versions.set(one.from, one);
    versions.set(one.to, one);
  }
  return [...versions]
    .sort(([a], [b]) => compareText(a, b))
    .map(([version, one]) => ({
      category: 'product_version',
      name: version,
      product: {
        product_id: packageId(one.name, version),
        name: `${one.name} ${version}`,
        product_identification_helper: { purl: packagePurl(notice, one, version) },
      },
    }));
}

function relate(packages: readonly FixedPackage[], image: string, side: 'from' | 'to', notice: Notice) {
  return packages.map((one) => ({
    category: 'default_component_of',
    product_reference: packageId(one.name, one[side]),
    relates_to_product_reference: imageId(image),
    full_product_name: {
      product_id: partId(image, one.name, one[side]),
      name: `${one.name} ${one[side]} in ${clean(notice.image.title)} ${image}`,
    },
  }));
}

function imageId(version: string): string {
  return `image-${version}`;
}

function packageId(name: string, version: string): string {
  return `${name}@${version}`;
}

function partId(image: string, name: string, version: string): string {
  return `${imageId(image)}:${packageId(name, version)}`;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort(compareText);
}
