/**
 * Files of releases that lie on mirrors and not in the generated folder. Programs that read simplestreams ask for them below the root
 * that they have the streams from, and are led on.
 */
import type { FastifyRequest } from 'fastify';
import { parseVersion } from '../../model/version.ts';
import { splitPath } from './files.ts';
import type { Generation } from './generation.ts';

/**
 * Where a file is that a release document of this generation lists: no other path is led anywhere. Undefined for all else, and where
 * nobody said where the mirrors are.
 * @param url path as it was asked for, decoded; begins with a slash
 * @param downloads address of the top folder of the mirrors, instead of what is published
 */
export async function findElsewhere(
  generation: Generation,
  url: string,
  downloads = generation.catalog.downloads,
): Promise<string | undefined> {
  const [folder = '', image = '', version = '', name, ...more] = splitPath(url) ?? [];
  const id = `${folder}/${image}`;
  if (downloads === undefined || name === undefined || more.length > 0) return undefined;
  if (parseVersion(version) === undefined || !generation.catalog.streams.some((one) => one.id === id))
    return undefined;
  const release = await generation.release(id, version);
  const wanted = `${id}/${version}/${name}`;
  const paths = [
    ...(release?.documents ?? []).map(({ path }) => path),
    ...(release?.offers ?? []).map((offer) => (offer.kind === 'download' ? offer.path : '')),
  ];
  return paths.includes(wanted) ? new URL(`${downloads}/${wanted}`).href : undefined;
}

/** Whether an address is the one that was asked: whoever went there would come back here. */
export function isHere(address: string, { host, url }: FastifyRequest): boolean {
  const there = new URL(address);
  return there.host === host && there.pathname === url.split('?', 1)[0];
}
