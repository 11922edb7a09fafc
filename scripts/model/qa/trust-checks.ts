/** Checks of what the image trusts before anything booted it: certificates and passwords. */
import { failed, type ImageCheck, judgeFindings, passed } from './check.ts';
import { minCertificates } from './limits.ts';
import { describePasswords, judgePasswords } from './passwords.ts';

/** Where Debian (ca-certificates) and Fedora (ca-certificates, p11-kit) keep all trusted roots in one file. */
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

const caBundle: ImageCheck = {
  id: 'ca-bundle',
  title: 'There are certificates to trust',
  purpose: 'Without roots no TLS connection can be verified: no package source, no API of a cloud.',
  expectation: `${bundles.join(' or ')} holds at least ${minCertificates} certificates.`,
  measures: { certificates: 'certificates in the store' },
  async inspect(disk) {
    for (const path of bundles) {
      const count = ((await disk.read(path)) ?? '').match(/^-----BEGIN CERTIFICATE-----$/gm)?.length ?? 0;
      if (count >= minCertificates) return passed(`${count} in ${path}`, { certificates: count });
      if (count > 0) return failed(`only ${count} in ${path}`);
    }
    return failed('none');
  },
};

const noPasswords: ImageCheck = {
  id: 'no-passwords',
  title: 'No passwords',
  purpose: 'A password that the image brings is the same on every instance, and everybody can read it.',
  expectation:
    'In /etc/shadow no account has an empty or usable password, save those that the kickstart gives one; /etc/passwd holds no password itself.',
  async inspect(disk, context) {
    const shadow = await disk.read('/etc/shadow');
    if (shadow === undefined) return failed('there is no /etc/shadow');
    const verdict = judgePasswords(describePasswords(shadow), context.spec);
    const inPasswd = ((await disk.read('/etc/passwd')) ?? '')
      .split('\n')
      .map((line) => line.split(':'))
      .filter(([name, password]) => name !== '' && password !== undefined && password !== 'x')
      .map(([name]) => `${name}: not shadowed in /etc/passwd`);
    return verdict.passed ? judgeFindings(inPasswd, verdict.seen) : verdict;
  },
};

export const trustChecks: readonly ImageCheck[] = [caBundle, noPasswords];
