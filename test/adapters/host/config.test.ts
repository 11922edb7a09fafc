import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { configFile, loadConfig } from '../../../scripts/adapters/host/config.ts';
import { readConfigEnvironment } from '../../../scripts/adapters/host/config-environment.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function writeConfig(t: TestContext, text: string): Promise<string> {
  const root = await temporaryFolder(t);
  await mkdir(path.join(root, '.aperiodic'));
  await writeFile(path.join(root, configFile), text);
  return root;
}

async function assertRefused(
  work: Promise<unknown>,
  want: { code: string; file?: string; line?: number; message: RegExp },
): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof AperiodicError);
    assert.match(error.message, want.message);
    assert.equal(error.code, want.code);
    assert.equal(error.file, want.file);
    assert.equal(error.line, want.line);
    assert.doesNotMatch(error.message, /s3cret/);
    return true;
  });
}

const full = `
store: /srv/store
work: work
repositories:
  debian-12:
    uri: https://mirror.example/debian
    keyring: /etc/keys/debian.gpg
registries:
  main: { uri: https://registry.example.org/images }
mirrors:
  primary: { directory: public }
  second: { rsync: "rsync://release@mirror.example:8730/images/cloud", passwordFile: /etc/aperiodic/second }
git: { branch: stable, name: Release Robot, email: robot@example.org }
mail: { server: 'smtps://mail.example.org:465' }
signing: { keyFiles: [.aperiodic/key.asc, /etc/aperiodic/old.asc], passphraseFile: /etc/aperiodic/passphrase }
`;

describe('configuration', () => {
  it('has defaults when there is no file', async (t) => {
    const root = await temporaryFolder(t);
    const { signing, registryLogin, mail, ...config } = await loadConfig(root, {});
    assert.equal(registryLogin(), undefined);
    assert.deepEqual([mail.server, mail.login()], [undefined, undefined]);
    assert.deepEqual([signing.keyFiles, signing.given()], [[], { key: undefined, passphrase: undefined }]);
    assert.deepEqual(config, {
      file: undefined,
      store: path.join(root, '.aperiodic/store'),
      work: path.join(root, '.aperiodic/work'),
      repositories: {},
      mirrors: {},
      registries: {},
      feeds: {},
      git: { remote: 'origin', branch: 'main', via: 'git' },
      aws: {},
      overrides: [],
    });
  });

  it('is read from the file, with paths from the root', async (t) => {
    const root = await writeConfig(t, full);
    const { signing, registryLogin, mail, ...config } = await loadConfig(root, {});
    assert.equal(mail.server, 'smtps://mail.example.org:465');
    assert.equal(registryLogin(), undefined);
    assert.deepEqual(signing.keyFiles, [path.join(root, '.aperiodic/key.asc'), '/etc/aperiodic/old.asc']);
    assert.equal(signing.passphraseFile, '/etc/aperiodic/passphrase');
    assert.deepEqual(config, {
      file: path.join(root, configFile),
      store: '/srv/store',
      work: path.join(root, 'work'),
      repositories: {
        'debian-12': { uri: 'https://mirror.example/debian', keyring: '/etc/keys/debian.gpg' },
      },
      registries: { main: { uri: 'https://registry.example.org/images' } },
      feeds: {},
      mirrors: {
        primary: { directory: path.join(root, 'public') },
        second: {
          rsync: 'rsync://release@mirror.example:8730/images/cloud',
          passwordFile: '/etc/aperiodic/second',
        },
      },
      git: {
        remote: 'origin',
        branch: 'stable',
        via: 'git',
        name: 'Release Robot',
        email: 'robot@example.org',
      },
      aws: {},
      overrides: [],
    });
  });

  it('is overridden by the environment, value by value', async (t) => {
    const root = await writeConfig(t, full);
    const config = await loadConfig(root, {
      APERIODIC_WORK: '/var/tmp/work',
      APERIODIC_STORE: '',
      APERIODIC_REPOSITORY_DEBIAN_12: 'file:///srv/debian',
      APERIODIC_REPOSITORY_DEBIAN_12_SECURITY: 'https://security.example/debian',
      APERIODIC_MIRROR_PRIMARY: 'rsync://127.0.0.1:8730/images',
      APERIODIC_MIRROR_SECOND: 'rsync://127.0.0.1/images',
      APERIODIC_MIRROR_A_B: 'out',
      APERIODIC_FEED_CISA_KEV: 'kev.json',
      APERIODIC_FEED_DEBIAN_OSV: 'https://feeds.example/all.zip',
    });
    assert.deepEqual(config.feeds, {
      'cisa-kev': { path: path.join(root, 'kev.json') },
      'debian-osv': { url: 'https://feeds.example/all.zip' },
    });
    assert.equal(config.store, '/srv/store');
    assert.equal(config.work, '/var/tmp/work');
    assert.deepEqual(config.repositories, {
      'debian-12': { uri: 'file:///srv/debian', keyring: '/etc/keys/debian.gpg' },
      'debian-12-security': { uri: 'https://security.example/debian' },
    });
    assert.deepEqual(config.mirrors, {
      primary: { rsync: 'rsync://127.0.0.1:8730/images' },
      second: { rsync: 'rsync://127.0.0.1/images', passwordFile: '/etc/aperiodic/second' },
      'a-b': { directory: path.join(root, 'out') },
    });
    assert.equal(config.overrides.length, 8);
  });

  it('keeps the signing key in the environment, and out of what may be shown', async (t) => {
    const root = await temporaryFolder(t);
    const env = { APERIODIC_SIGNING_KEY: 's3cret key', APERIODIC_SIGNING_PASSPHRASE: 's3cret' };
    const config = await loadConfig(root, env);
    assert.deepEqual(config.signing.given(), { key: 's3cret key', passphrase: 's3cret' });
    assert.doesNotMatch(JSON.stringify(config), /s3cret/);
    assert.deepEqual(config.overrides, ['APERIODIC_SIGNING_KEY', 'APERIODIC_SIGNING_PASSPHRASE']);
  });

  it('takes a login for registries from the environment, whole or not at all', async (t) => {
    const root = await writeConfig(t, '');
    const half = { APERIODIC_REGISTRY_USER: 'pusher' };
    const whole = { ...half, APERIODIC_REGISTRY_PASSWORD: 's3cret' };
    const config = await loadConfig(root, whole);
    assert.deepEqual(config.registryLogin(), { user: 'pusher', password: 's3cret' });
    assert.deepEqual(config.registries, {});
    assert.doesNotMatch(JSON.stringify(config), /s3cret/);
    assert.throws((await loadConfig(root, half)).registryLogin, { code: 'usage' });
  });

  it('takes the mail server and its login from the environment, and half a login from nowhere', async (t) => {
    const root = await writeConfig(t, 'mail: { server: "smtp://mail.example.org" }\n');
    const login = { APERIODIC_SMTP_USER: 'robot', APERIODIC_SMTP_PASSWORD: 's3cret' };
    const { mail } = await loadConfig(root, { ...login, APERIODIC_MAIL_SERVER: 'smtps://[::1]:4650' });
    assert.deepEqual(
      [mail.server, mail.login()],
      ['smtps://[::1]:4650', { user: 'robot', password: 's3cret' }],
    );
    assert.doesNotMatch(JSON.stringify(mail), /s3cret/);
    const half = (await loadConfig(root, { APERIODIC_SMTP_USER: 'robot' })).mail;
    assert.throws(() => half.login(), { code: 'usage' });
    for (const server of [
      'mail.example.org',
      'smtp://robot:s3cret@mail.example.org',
      'http://mail.example.org',
    ])
      await assert.rejects(loadConfig(root, { APERIODIC_MAIL_SERVER: server }), {
        code: 'invalid',
        message: /APERIODIC_MAIL_SERVER is not valid: it must be smtps:/,
      });
  });

  it('refuses a signing key that lies where it could be committed', async (t) => {
    for (const line of ['keyFiles: [releases/key.asc]', 'passphraseFile: words']) {
      const root = await writeConfig(t, `signing: { ${line} }\n`);
      const wanted = { code: 'invalid', file: configFile, message: /inside the repository/ };
      await assertRefused(loadConfig(root, {}), wanted);
    }
  });

  it('says how records are committed by the file or the environment, and nothing else tells', async (t) => {
    const root = await writeConfig(t, 'git: { via: api }\n');
    assert.equal((await loadConfig(root, {})).git.via, 'api');
    assert.equal((await loadConfig(root, { APERIODIC_GIT_VIA: 'git' })).git.via, 'git');
    const job = { GITHUB_TOKEN: 'x', GITHUB_REPOSITORY: 'a/b', GITHUB_ACTIONS: 'true' };
    assert.equal((await loadConfig(await writeConfig(t, ''), job)).git.via, 'git');
    await assertRefused(loadConfig(root, { APERIODIC_GIT_VIA: 'ssh' }), {
      code: 'invalid',
      message: /APERIODIC_GIT_VIA/,
    });
  });

  it('may be empty', async (t) => {
    assert.equal((await loadConfig(await writeConfig(t, '# nothing yet\n'), {})).git.branch, 'main');
  });

  it('names file and line of what is wrong', async (t) => {
    const root = await writeConfig(t, 'store: a\nstroe: b\n');
    await assertRefused(loadConfig(root, {}), {
      code: 'invalid',
      file: configFile,
      line: 2,
      message: /'stroe'/,
    });
    await writeFile(path.join(root, configFile), 'git:\n  branch: 9.10\n');
    await assertRefused(loadConfig(root, {}), {
      code: 'invalid',
      file: configFile,
      line: 2,
      message: /quotes/,
    });
  });

  it('refuses a named file that is not there, and one that is no file', async (t) => {
    const root = await temporaryFolder(t);
    const file = path.join(root, 'none.yaml');
    await assertRefused(loadConfig(root, { APERIODIC_CONFIG: 'none.yaml' }), {
      code: 'not-found',
      file,
      message: /read/,
    });
    await assertRefused(loadConfig(root, {}, root), { code: 'invalid', file: root, message: /not a file/ });
  });

  it('refuses passwords where they would leak', async (t) => {
    const root = await writeConfig(t, 'repositories:\n  a: { uri: "https://me:s3cret@host/debian" }\n');
    await assertRefused(loadConfig(root, {}), {
      code: 'invalid',
      file: configFile,
      message: /auth\.conf\.d/,
    });
    await writeFile(
      path.join(root, configFile),
      `mirrors:\n  a: { rsync: "rsync://host/images", passwordFile: ${root}/password }\n`,
    );
    await assertRefused(loadConfig(root, {}), {
      code: 'invalid',
      file: configFile,
      message: /inside the repository/,
    });
    const env = { APERIODIC_REPOSITORY_A: 'https://me:s3cret@host/debian' };
    await assertRefused(loadConfig(await temporaryFolder(t), env), {
      code: 'invalid',
      message: /APERIODIC_REPOSITORY_A/,
    });
  });
});

describe('variables of the environment', () => {
  it('are refused by name, whatever they hold', () => {
    for (const [name, value] of [
      ['APERIODIC_REPOSITORY_A', 'ftp://host'],
      ['APERIODIC_REPOSITORY_', 'https://host'],
      ['APERIODIC_REPOSITORY___PROTO__', 'https://host'],
      ['APERIODIC_MIRROR_A', 'rsync://host/../x y'],
      ['APERIODIC_MIRROR_A', 'rsync:/host'],
      ['APERIODIC_FEED_A', 'http://host/x'],
      ['APERIODIC_FEED_A', 'https://user:word@host/x'],
    ] as const) {
      if (name === 'APERIODIC_REPOSITORY_')
        assert.deepEqual(readConfigEnvironment({ [name]: value }).overrides, []);
      else
        assert.throws(() => readConfigEnvironment({ [name]: value }), new RegExp(`environment's ${name} `));
    }
  });

  it('stand for exactly one id', () => {
    const id = fc.stringMatching(/^[a-z0-9]{1,5}(-[a-z0-9]{1,5}){0,3}$/);
    fc.assert(
      fc.property(id, (name) => {
        const variable = `APERIODIC_REPOSITORY_${name.toUpperCase().replaceAll('-', '_')}`;
        const { config } = readConfigEnvironment({ [variable]: 'https://host/x' });
        assert.deepEqual(config.repositories, { [name]: { uri: 'https://host/x' } });
      }),
    );
  });

  it('of any content never crash and never give an invalid configuration', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('STORE', 'WORK', 'MIRROR_A', 'REPOSITORY_A'),
        (value, name) => {
          try {
            const { config } = readConfigEnvironment({ [`APERIODIC_${name}`]: value });
            parseYaml('Config', JSON.stringify(config), 'x');
          } catch (error) {
            assert.ok(error instanceof AperiodicError);
          }
        },
      ),
    );
  });
});

it('the examples of docs/configuration.md are valid', async () => {
  const file = fileURLToPath(new URL('../../../docs/configuration.md', import.meta.url));
  const examples = [...(await readFile(file, 'utf8')).matchAll(/```yaml\n(.*?)```/gs)];
  assert.ok(examples.length > 0);
  for (const [, text] of examples) parseYaml('Config', text ?? '', 'docs/configuration.md');
});
