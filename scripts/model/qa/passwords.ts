/** What kinds of passwords accounts have (shadow(5)); the hashes themselves are never shown. */
import type { ImageSpec } from '../kickstart/image-spec.ts';
import { failed, judgeFindings, type Verdict } from './check.ts';

/** Lines `name:kind` with kind empty, locked or usable, for lines of a shadow file. */
export function describePasswords(shadow: string): string[] {
  return shadow
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', password = ''] = line.split(':');
      return `${name}:${password === '' ? 'empty' : /^[!*]/.test(password) ? 'locked' : 'usable'}`;
    });
}

/** @param lines `name:kind` */
export function judgePasswords(lines: readonly string[], spec: ImageSpec): Verdict {
  const allowed = new Set(
    spec.users.filter((user) => !user.locked && user.passwordHash !== undefined).map((user) => user.name),
  );
  if (!spec.rootLocked && spec.rootPasswordHash !== undefined) allowed.add('root');
  const accounts = lines.map((line) => line.split(':'));
  const root = accounts.find(([name]) => name === 'root');
  if (root === undefined) return failed('/etc/shadow cannot be read or has no root');
  const findings = accounts
    .filter(([name = '', kind]) => kind === 'empty' || (kind === 'usable' && !allowed.has(name)))
    .map(([name, kind]) => `${name}: ${kind} password`);
  return judgeFindings(findings, `root ${root[1]}, ${accounts.length} accounts`);
}
