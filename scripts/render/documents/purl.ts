/** Package URLs (ECMA-427, https://www.packageurl.org): how SBOMs name a package so that scanners know it. */
import type { PayloadKind, Pin } from '../../model/types.generated.ts';

/** Without a version it means all of them; likewise the architecture. */
type Named = Pick<Pin, 'name'> & Partial<Pick<Pin, 'version' | 'architecture'>>;

/** By the definition of each purl type. */
const forms: Record<PayloadKind, (pin: Named, vendor: string, distribution: string) => string> = {
  // The name is in lower case, and the epoch is part of the version.
  deb: ({ name, version, architecture }, vendor, distribution) =>
    `pkg:deb/${encode(vendor)}/${encode(name.toLowerCase())}${at(version)}` +
    `?${arch(architecture)}distro=${encode(distribution)}`,
  // The epoch is a qualifier, not part of the version.
  rpm: ({ name, version, architecture }, vendor, distribution) => {
    const [, epoch, rest = version] = /^(?:(\d+):)?(.*)$/.exec(version ?? '') ?? [];
    return (
      `pkg:rpm/${encode(vendor)}/${encode(name)}${at(rest)}?${arch(architecture)}` +
      `distro=${encode(distribution)}${epoch === undefined ? '' : `&epoch=${epoch}`}`
    );
  },
};

/**
 * @param stream whose first part is the distribution with its release: debian-12/cloud-base gives the vendor debian and
 *   the distribution debian-12
 */
export function formatPurl(payload: PayloadKind, pin: Named, stream: string): string {
  const [distribution = ''] = stream.split('/');
  const [vendor = ''] = distribution.split('-');
  return forms[payload](pin, vendor, distribution);
}

function at(version: string | undefined): string {
  return version === undefined || version === '' ? '' : `@${encode(version)}`;
}

function arch(architecture: string | undefined): string {
  return architecture === undefined ? '' : `arch=${encode(architecture)}&`;
}

/** Everything but letters, digits, `.-_~` and the colon, which is never encoded (ECMA-427, 5.4). */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
