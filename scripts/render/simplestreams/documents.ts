/**
 * simplestreams, as cloud tools and LXD read it: an index, and products with their versions and items (index:1.0 and products:1.0;
 * https://maas.io/docs/simplestreams and the reference implementation's documentation, launchpad.net/simplestreams; for LXD
 * and Incus the fields that their clients look at). Pure: the same catalog gives the same bytes.
 */
import { debianWordOf } from '../../model/catalog/architectures.ts';
import type { Catalog, CatalogRelease, CatalogStream } from '../../model/catalog/catalog.ts';
import { compareText } from '../../model/order.ts';
import type { Architecture, RecordedImage } from '../../model/types.generated.ts';

/** Where the documents lie, below the root that paths in them are relative to. */
export const streamsFolder = 'streams/v1';

export interface SimplestreamsOptions {
  /** First part of ids: the publisher's domain in reverse, `org.example`. */
  prefix: string;
}

/** A document before it is written, and signed. */
export interface StreamsFile {
  /** `streams/v1/index.json` */
  path: string;
  content: object;
}

type Datatype = 'image-downloads' | 'image-ids';

interface ProductsDocument {
  format: 'products:1.0';
  content_id: string;
  datatype: Datatype;
  /** RFC 2822, as the format has it. */
  updated: string;
  products: Record<string, Product>;
}

interface Product {
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

type Item = Record<string, string | number>;

/** The index and what it lists; withdrawn releases and images that are not public are in none of it. */
export function renderSimplestreams(catalog: Catalog, { prefix }: SimplestreamsOptions): StreamsFile[] {
  const documents = [
    describeProducts(catalog, `${prefix}:download`, 'image-downloads', downloadItems),
    describeProducts(catalog, `${prefix}:aws`, 'image-ids', awsItems),
  ].filter(({ products }) => Object.keys(products).length > 0);
  const index = Object.fromEntries(documents.map((document) => [document.content_id, entryOf(document)]));
  const updated = newestOf(documents.map((document) => document.updated));
  return [
    { path: `${streamsFolder}/index.json`, content: { format: 'index:1.0', updated, index } },
    ...documents.map((content) => ({ path: pathOf(content.content_id), content })),
  ];
}

function pathOf(contentId: string): string {
  return `${streamsFolder}/${contentId}.json`;
}

function entryOf({ content_id, datatype, format, updated, products }: ProductsDocument): object {
  const clouds = datatype === 'image-ids' ? { clouds: regionsOf(products) } : {};
  return {
    datatype,
    format,
    path: pathOf(content_id),
    updated,
    ...(datatype === 'image-ids' ? { cloudname: 'aws' } : {}),
    ...clouds,
    products: Object.keys(products),
  };
}

function regionsOf(products: Record<string, Product>): { region: string; endpoint: string }[] {
  const regions = new Set<string>();
  for (const { versions } of Object.values(products))
    for (const { items } of Object.values(versions))
      for (const { region } of Object.values(items)) if (typeof region === 'string') regions.add(region);
  return [...regions].sort().map((region) => ({ region, endpoint: endpointOf(region) }));
}

/** China's regions have a domain of their own (AWS General Reference, service endpoints). */
function endpointOf(region: string): string {
  return `https://ec2.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function describeProducts(
  { streams }: Catalog,
  contentId: string,
  datatype: Datatype,
  itemsOf: (release: CatalogRelease, architecture: Architecture) => Record<string, Item>,
): ProductsDocument {
  const products: Record<string, Product> = {};
  const dates: string[] = [];
  for (const stream of streams) {
    const architectures = new Set(
      stream.releases.flatMap(({ record }) => record.architectures.map(({ architecture }) => architecture)),
    );
    for (const architecture of [...architectures].sort()) {
      const versions: Product['versions'] = {};
      for (const release of stream.releases) {
        if (release.standing === 'withdrawn') continue;
        const items = itemsOf(release, architecture);
        if (Object.keys(items).length === 0) continue;
        versions[release.version] = {
          label: 'release',
          pubname: `${stream.name}-${release.version}.${architecture}`,
          items,
        };
        dates.push(dateOf(release.record.recordedAt));
      }
      if (Object.keys(versions).length === 0) continue;
      products[productId(contentId, stream, architecture)] = {
        ...describeProduct(stream, architecture),
        versions: sortKeys(versions),
      };
    }
  }
  return {
    format: 'products:1.0',
    content_id: contentId,
    datatype,
    updated: newestOf(dates),
    products: sortKeys(products),
  };
}

function productId(contentId: string, stream: CatalogStream, architecture: Architecture): string {
  const { distribution, distributionRelease, image } = stream;
  return [contentId, distribution, distributionRelease, image, debianWordOf(architecture)].join(':');
}

/** Aliases are what LXD's users type: `debian/12`, `debian/12/cloud-base`. The shorter one is the Cloud Base image's. */
function describeProduct(stream: CatalogStream, architecture: Architecture): Omit<Product, 'versions'> {
  const { distribution, distributionRelease, image, title } = stream;
  const plain = `${distribution}/${distributionRelease}`;
  return {
    os: distribution,
    release: distributionRelease,
    release_title: title,
    version: distributionRelease,
    arch: debianWordOf(architecture),
    variant: image,
    label: 'release',
    aliases: [...(image === 'cloud-base' ? [plain] : []), `${plain}/${image}`].join(','),
  };
}

const fileTypes = {
  qcow2: 'disk-kvm.img',
  'raw.zst': 'raw.zst',
  oci: 'oci.tar',
  'docker-archive': 'docker.tar',
} as const;

/** Paths are relative to the mirror's root, which is the streams' too. */
function downloadItems({ record }: CatalogRelease, architecture: Architecture): Record<string, Item> {
  const [mirror] = record.mirrors;
  const part = record.architectures.find((one) => one.architecture === architecture);
  if (mirror === undefined || part === undefined) return {};
  const items = part.artifacts.map(({ name, format, sha256, size }): [string, Item] => [
    fileTypes[format],
    { ftype: fileTypes[format], path: `${mirror.path}/${name}`, sha256, size },
  ]);
  return sortKeys(Object.fromEntries(items));
}

function awsItems({ record }: CatalogRelease, architecture: Architecture): Record<string, Item> {
  const images = (record.images ?? []).filter(
    (image) => image.architecture === architecture && image.state === 'public',
  );
  return sortKeys(Object.fromEntries(images.map((image) => [image.region, describeAmi(image)])));
}

/** `crsn` is the region's id, as all but very old documents have it. */
function describeAmi({ ami, region }: RecordedImage): Item {
  return { id: ami, crsn: region, region, endpoint: endpointOf(region), root_store: 'ssd', virt: 'hvm' };
}

function dateOf(timestamp: string): string {
  return new Date(timestamp).toUTCString().replace('GMT', '+0000');
}

function newestOf(dates: readonly string[]): string {
  const newest = Math.max(0, ...dates.map((date) => Date.parse(date)));
  return dateOf(new Date(newest).toISOString());
}

function sortKeys<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}
