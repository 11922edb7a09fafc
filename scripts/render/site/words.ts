/** Sizes, dates and names as people read them. */
import type { Standing } from '../../model/catalog/catalog.ts';
import { type Html, html } from './html.ts';

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** `354 MiB`, `1.2 GiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `22 November 2026`, in UTC, of an RFC 3339 timestamp. */
export function formatDay(timestamp: string): Html {
  const date = new Date(timestamp);
  const words = `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return html`<time datetime="${timestamp}">${words}</time>`;
}

/** `2026-11-22`: for tables. */
export function formatDate(timestamp: string): Html {
  return html`<time datetime="${timestamp}">${timestamp.slice(0, 10)}</time>`;
}

/** `Debian 12` of `debian` and `12`. */
export function distributionName(distribution: string, release: string): string {
  return `${capitalize(distribution)} ${release}`.trim();
}

/** `Cloud Base` of `cloud-base`. */
export function imageName(image: string): string {
  return image.split('-').map(capitalize).join(' ');
}

const purposes: Readonly<Record<string, string>> = {
  'cloud-base': 'Small, with cloud-init, to build on.',
  'docker-host': 'With Docker, ready to run containers.',
  'big-data': 'For jobs on data larger than one machine.',
  'container-base': 'To build container images from.',
};

/** What an image is for, as a sentence; undefined for a name of somebody else. */
export function imagePurpose(image: string): string | undefined {
  return Object.hasOwn(purposes, image) ? purposes[image] : undefined;
}

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

const formats: Readonly<Record<string, string>> = {
  qcow2: 'QEMU, OpenStack, libvirt',
  'raw.zst': 'Raw disk, compressed by zstd',
  oci: 'OCI archive',
  'docker-archive': 'For docker load',
};

export function describeFormat(format: string): string {
  return formats[format] ?? format;
}

/** A word in a box. Its colour repeats what the word says. */
export function badge(kind: Standing | 'deprecated' | 'never-run' | 'retired'): Html {
  return html`<span class="badge badge-${kind}">${kind.replace('-', ' ')}</span>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
