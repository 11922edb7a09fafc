/**
 * Products of simplestreams (products:1.0): what a stream offers, by processor and version. Pure: the same stream gives the
 * same bytes, and what was once said of a version stays, as files and AMIs never change.
 * https://maas.io/docs/simplestreams and the reference implementation's documentation, launchpad.net/simplestreams.
 */
import { debianWordOf } from '../../model/catalog/architectures.ts';
import type { CatalogRelease, CatalogStream } from '../../model/catalog/catalog.ts';
import { lxdDiskName } from '../../model/documents.ts';
import { compareText } from '../../model/order.ts';
import type {
  Architecture,
  Format,
  PublishedRecord,
  RecordedArchitecture,
  RecordedImage,
  RecordedMirror,
} from '../../model/types.generated.ts';

export type Datatype = 'image-downloads' | 'image-ids';

/** The two kinds of documents, with the word that ids have for each. */
export const datatypes: Readonly<Record<Datatype, string>> = {
  'image-downloads': 'download',
  'image-ids': 'aws',
};

export interface ProductsDocument {
  format: 'products:1.0';
  content_id: string;
  datatype: Datatype;
  /** RFC 2822, as the format has it. */
  updated: string;
  products: Record<string, Product>;
}

export interface Product {
  os: string;
  release: string;
  release_title: string;
  version: string;
  arch: string;
  variant: string;
  label: string;
  aliases: string;
  versions: Record<string, { label: string; pubname: string; items: Record<string, Item> }>;
}

export type Item = Record<string, string | number>;

/** `org.example:download:debian-12:cloud-base`: also the name of the file. */
export function contentIdOf(prefix: string, datatype: Datatype, stream: Pick<CatalogStream, 'id'>): string {
  return [prefix, datatypes[datatype], ...stream.id.split('/')].join(':');
}

/** What of a release goes into a document of this kind; withdrawn ones and images that are not public never do. */
function hasItems(release: CatalogRelease, datatype: Datatype, architecture: Architecture): boolean {
  if (release.standing === 'withdrawn') return false;
  const { record, mirrors } = release;
  if (datatype === 'image-downloads')
    return mirrors.length > 0 && record.architectures.some((part) => part.architecture === architecture);
  return (record.images ?? []).some((image) => isOffered(image, architecture));
}

function isOffered(image: RecordedImage, architecture: Architecture): boolean {
  return image.architecture === architecture && image.state === 'public';
}

/** Architectures of which there is a product, sorted. */
export function architecturesOf({ holdings }: CatalogStream, datatype: Datatype): Architecture[] {
  const held = datatype === 'image-ids' ? holdings.images : holdings.files;
  return [...new Set(held.map(({ architecture }) => architecture))].sort(compareText);
}

export function productIdOf(prefix: string, stream: CatalogStream, architecture: Architecture): string {
  const { distribution, distributionRelease, image } = stream;
  return [prefix, distribution, distributionRelease, image, debianWordOf(architecture)].join(':');
}

/** Undefined when the stream has nothing of the kind. */
export function describeProducts(
  stream: CatalogStream,
  datatype: Datatype,
  prefix: string,
): ProductsDocument | undefined {
  const architectures = architecturesOf(stream, datatype);
  if (architectures.length === 0) return undefined;
  return {
    ...describeNoProducts(stream, datatype, prefix),
    products: Object.fromEntries(
      architectures.map((architecture) => [
        productIdOf(prefix, stream, architecture),
        describeProduct(stream, datatype, architecture),
      ]),
    ),
  };
}

export function describeNoProducts(
  stream: CatalogStream,
  datatype: Datatype,
  prefix: string,
): ProductsDocument {
  return {
    format: 'products:1.0',
    content_id: contentIdOf(prefix, datatype, stream),
    datatype,
    updated: dateOf(stream.holdings.updatedAt),
    products: {},
  };
}

/** RFC 2822, such as `Thu, 01 Oct 2026 10:00:00 +0000`. */
export function dateOf(timestamp: string): string {
  return new Date(timestamp).toUTCString().replace('GMT', '+0000');
}

/** Aliases are what users of LXD type: `debian/12`, `debian/12/cloud-base`. The shorter one is the Cloud Base image's. */
function describeProduct(stream: CatalogStream, datatype: Datatype, architecture: Architecture): Product {
  const { distribution, distributionRelease, image, title } = stream;
  const plain = distributionRelease === '' ? distribution : `${distribution}/${distributionRelease}`;
  const versions: Product['versions'] = {};
  for (const release of [...stream.releases].reverse()) {
    if (!hasItems(release, datatype, architecture)) continue;
    versions[release.version] = {
      label: 'release',
      pubname: `${stream.name}-${release.version}.${architecture}`,
      items:
        datatype === 'image-ids' ? awsItems(release, architecture) : downloadItems(release, architecture),
    };
  }
  return {
    os: distribution,
    release: distributionRelease,
    release_title: title,
    version: distributionRelease,
    arch: debianWordOf(architecture),
    variant: image,
    label: 'release',
    aliases: [...(image === 'cloud-base' ? [plain] : []), `${plain}/${image}`].join(','),
    versions,
  };
}

/** `disk1.img` is what LXD, Incus and tools for libvirt and OpenStack look for, and means a qcow2; of the others there is no custom. */
const fileTypes: Readonly<Record<Format, string>> = {
  qcow2: 'disk1.img',
  'raw.zst': 'disk.raw.zst',
  oci: 'oci.tar',
  'docker-archive': 'docker.tar',
};

/** Paths are relative to the mirror's root, which is to be the streams' too. */
function downloadItems(
  { record, mirrors }: CatalogRelease,
  architecture: Architecture,
): Record<string, Item> {
  const [mirror] = mirrors;
  const part = record.architectures.find((one) => one.architecture === architecture);
  if (mirror === undefined || part === undefined) return {};
  const files = part.artifacts.map(({ name, format, sha256, size }) => {
    return { ftype: fileTypes[format], path: `${mirror.path}/${name}`, sha256, size };
  });
  const items: Item[] = [...files, ...lxdItems(record, part, mirror)];
  return Object.fromEntries(
    items.map((item) => [String(item.ftype), item] as const).sort(([a], [b]) => compareText(a, b)),
  );
}

/**
 * LXD looks for the one type and Incus for the other, beside a disk of type `disk1.img`, whose image they know by what the item names
 * (shared/simplestreams/products.go in both). Their remotes leave out what has none.
 */
const metadataTypes = ['incus.tar.xz', 'lxd.tar.xz'];

function lxdItems(
  { documents = [] }: PublishedRecord,
  { artifacts }: RecordedArchitecture,
  mirror: RecordedMirror,
): Item[] {
  const disks = new Set(artifacts.filter(({ format }) => format === 'qcow2').map(({ name }) => name));
  return documents.flatMap(({ name, kind, sha256, size, fingerprint }) => {
    if (kind !== 'lxd-metadata' || fingerprint === undefined || !disks.has(lxdDiskName(name))) return [];
    const path = `${mirror.path}/${name}`;
    return metadataTypes.map((ftype) => {
      return { ftype, path, sha256, size, 'combined_disk1-img_sha256': fingerprint };
    });
  });
}

/** `crsn` is the region's id, as all but very old documents have it. */
function awsItems({ record }: CatalogRelease, architecture: Architecture): Record<string, Item> {
  return Object.fromEntries(
    (record.images ?? [])
      .filter((image) => isOffered(image, architecture))
      .sort((a, b) => compareText(a.region, b.region))
      .map(({ ami, region }) => [
        region,
        { id: ami, crsn: region, region, endpoint: endpointOf(region), root_store: 'ssd', virt: 'hvm' },
      ]),
  );
}

/** China's regions have a domain of their own (AWS General Reference, service endpoints). */
export function endpointOf(region: string): string {
  return `https://ec2.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** Where a public image of the stream is, sorted. */
export function regionsOf({ holdings }: CatalogStream): string[] {
  return [...new Set(holdings.images.map(({ region }) => region))].sort(compareText);
}
