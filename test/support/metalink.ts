/** A metalink as mirror managers of rpm distributions make them (Metalink 3.0; librepo reads it). */
import { createHash } from 'node:crypto';

/** @param mirrors addresses of the repository, best first. @param date of repomd.xml, seconds since 1970 */
export function metalink(repomd: Buffer, mirrors: readonly string[], date = 1): string {
  const hash = (type: string) =>
    `<hash type="${type}">${createHash(type).update(repomd).digest('hex')}</hash>`;
  const urls = mirrors.map(
    (mirror, index) =>
      `<url protocol="http" type="http" location="XX" preference="${100 - index}">${mirror}/repodata/repomd.xml</url>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic" generator="fixture"
 xmlns:mm0="http://fedorahosted.org/mirrormanager">
<files><file name="repomd.xml">
<mm0:timestamp>${date}</mm0:timestamp>
<size>${repomd.length}</size>
<verification>${hash('sha256')}${hash('sha512')}</verification>
<resources maxconnections="1">${urls.join('')}</resources>
</file></files>
</metalink>
`;
}
