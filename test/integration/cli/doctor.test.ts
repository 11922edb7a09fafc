import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { loadConfig } from '../../../scripts/adapters/host/config.ts';
import { describeFindings, examine } from '../../../scripts/cli/actions/doctor.ts';
import { runCheck } from '../../../scripts/cli/doctor/check.ts';
import { mailCheck } from '../../../scripts/cli/doctor/mail-check.ts';
import { repositoryChecks } from '../../../scripts/cli/doctor/repository-checks.ts';
import { findRoot } from '../../../scripts/cli/find-root.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const contextIn = (folder: string, env: Record<string, string> = {}) => ({
  env,
  root: () => findRoot(folder, undefined),
  config: () => loadConfig(folder, env),
});

describe('doctor', () => {
  it('looks at the machine alone outside a repository', async () => {
    const { examined, findings } = await examine(contextIn('/'));
    assert.equal(examined.root, undefined);
    assert.deepEqual(
      findings.map(({ id, status }) => [id, status]),
      [['repository', 'warning']],
    );
  });

  it('names file and line of a wrong configuration', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.join(root, 'releases'));
    await mkdir(path.join(root, '.aperiodic'));
    await writeFile(path.join(root, '.aperiodic/config.yaml'), 'store: a\n\tb: c\n');
    const { examined, findings } = await examine(contextIn(root));
    assert.equal(examined.root, root);
    assert.equal(findings[0]?.status, 'missing');
    assert.match(findings[0]?.advice ?? '', /^\.aperiodic\/config\.yaml:2: is not valid YAML/);
  });

  it('says what to do about addresses, git and mirrors that are not configured', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.join(root, 'releases'));
    const repositories = ['here', 'nowhere']
      .map((id) => `  - { id: ${id}, type: deb, suites: [none], components: [main], keyring: a.gpg }\n`)
      .join('');
    await writeFile(path.join(root, 'releases/repositories.yaml'), `repositories:\n${repositories}`);
    await writeFile(path.join(root, 'releases/targets.yaml'), 'mirrors:\n  - { id: far-away, keep: 1 }\n');
    const { examined } = await examine(
      contextIn(root, { APERIODIC_REPOSITORY_HERE: 'https://mirror.example/x' }),
    );
    const reports = (await Promise.all(repositoryChecks.map((check) => runCheck(check, examined)))).flat();
    const of = (title: string) => reports.find((report) => report.title === title);
    assert.equal(of('repository here')?.value, 'https://mirror.example/x, from configuration');
    assert.match(of('repository nowhere')?.advice ?? '', /APERIODIC_REPOSITORY_NOWHERE/);
    assert.equal(of('repository nowhere')?.status, 'missing');
    assert.match(of('mirror far-away')?.advice ?? '', /APERIODIC_MIRROR_FAR_AWAY/);
    assert.match(of('git remote')?.advice ?? '', /git remote add origin/);
    assert.match(of('configuration')?.value ?? '', /defaults, and APERIODIC_REPOSITORY_HERE$/);
  });

  it('asks for a mail server where notices are mailed, and shows no password', async (t) => {
    const root = await temporaryFolder(t);
    await mkdir(path.join(root, 'releases'));
    const file = path.join(root, 'releases/targets.yaml');
    const look = async (env: Record<string, string> = {}) =>
      await runCheck(mailCheck, (await examine(contextIn(root, env))).examined);
    await writeFile(file, 'mirrors: []\nnotices: {}\n');
    assert.deepEqual(await look(), []);
    await writeFile(file, 'mirrors: []\nnotices: {from: {address: a@example.org}, to: [b@example.org]}\n');
    const [none] = await look();
    assert.equal(none?.status, 'warning');
    assert.match(none?.advice ?? '', /APERIODIC_MAIL_SERVER/);
    const login = { APERIODIC_SMTP_USER: 'robot', APERIODIC_SMTP_PASSWORD: 's3cret' };
    const [found] = await look({ APERIODIC_MAIL_SERVER: 'smtps://mail.example.org', ...login });
    assert.equal(found?.value, 'smtps://mail.example.org, with a login');
    const [half] = await look({
      APERIODIC_MAIL_SERVER: 'smtps://mail.example.org',
      APERIODIC_SMTP_USER: 'x',
    });
    assert.equal(half?.status, 'missing');
  });

  it('goes on when a check itself fails', async () => {
    const run = async () => {
      throw new AperiodicError('missing-tool', "qemu is not installed: run 'aperiodic setup'");
    };
    const examined = { env: {}, root: undefined, config: undefined };
    const findings = await runCheck({ id: 'a', title: 'virtual machines', run }, examined);
    assert.equal(
      describeFindings(findings),
      "✗ virtual machines  not usable\n                    → qemu is not installed: run 'aperiodic setup'\n\n1 missing.",
    );
  });
});
