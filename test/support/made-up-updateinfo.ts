/** updateinfo.xml of one made-up security update, as rpm repositories have it. */
export const madeUpAdvisory = 'MADE-UP-2026:1';
export const madeUpCve = 'CVE-2026-99999';

/** @param fixed version-release of the package that has the fix */
export function madeUpUpdate(name: string, fixed: string): string {
  const [version = '', release = ''] = fixed.split('-');
  return `<?xml version="1.0" encoding="UTF-8"?>
<updates>
  <update from="fixture@example.org" status="final" type="security" version="1">
    <id>${madeUpAdvisory}</id>
    <title>made-up update of ${name}</title>
    <issued date="2026-01-02 03:04:05"/>
    <severity>Critical</severity>
    <references><reference href="https://fixture.example/1" id="${madeUpCve}" title="${madeUpCve}" type="cve"/></references>
    <pkglist><collection short="fixture"><name>Fixture</name>
      <package name="${name}" version="${version}" release="${release}" epoch="0" arch="noarch" src="${name}-${fixed}.src.rpm">
        <filename>${name}-${fixed}.noarch.rpm</filename>
      </package>
    </collection></pkglist>
  </update>
</updates>
`;
}
