/** Where each document of the API is, below the root of what is published. They are stable: others write them down. */
import type { Machine } from '../../model/catalog/architectures.ts';
import type { Format } from '../../model/types.generated.ts';

export const apiFolder = 'api/v1';

export const catalogPath = `${apiFolder}/catalog.json`;
export const openapiPath = `${apiFolder}/openapi.json`;
export const schemaPath = `${apiFolder}/schema.json`;

/** @param stream `debian-12/cloud-base` */
export function streamDocumentPath(stream: string): string {
  return `${apiFolder}/streams/${stream}/stream.json`;
}

export function historyPath(stream: string): string {
  return `${apiFolder}/streams/${stream}/history.json`;
}

export function releaseDocumentPath(stream: string, version: string): string {
  return `${apiFolder}/streams/${stream}/releases/${version}.json`;
}

export function latestReleasePath(stream: string): string {
  return `${apiFolder}/streams/${stream}/latest/release.json`;
}

/** The id alone is in a sibling that ends in `.txt`. */
export function latestImagePath(stream: string, machine: Machine, region: string): string {
  return `${apiFolder}/streams/${stream}/latest/${machine}/aws/${region}.json`;
}

/** The address alone is in a sibling that ends in `.txt`. */
export function latestDownloadPath(stream: string, machine: Machine, format: Format): string {
  return `${apiFolder}/streams/${stream}/latest/${machine}/download/${format}.json`;
}

export function regionPath(region: string): string {
  return `${apiFolder}/regions/${region}.json`;
}

/** What programs without JSON read. */
export function plainPathOf(path: string): string {
  return path.replace(/\.json$/, '.txt');
}
