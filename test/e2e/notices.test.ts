/** Notices with real signatures, files and mail, verified as docs/notices.md shows it. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { simpleParser } from 'mailparser';
import { createMail } from '../../scripts/adapters/mail/smtp.ts';
import { createDirectoryMirror } from '../../scripts/adapters/mirror/directory.ts';
import { createVerifier } from '../../scripts/adapters/openpgp/verifier.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { announceStream } from '../../scripts/stages/announce.ts';
import { stream } from '../support/candidate.ts';
import { runCli } from '../support/cli.ts';
import { readCommands, runCommands } from '../support/documented-commands.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { cloneOf, commitFiles, createRemote, git } from '../support/git.ts';
import { noticeFiles, noticeTargets, second, states } from '../support/notices.ts';
import { makeKey, signerOf, type TestKey, writeGpgvKeyring } from '../support/openpgp.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { checkout } from '../support/workflows.ts';

/** A release that is told of, in folders and a mailbox. */
async function makeWorld(t: TestContext) {
  const top = await temporaryFolder(t);
  const root = path.join(top, 'mirror');
  await mkdir(root);
  const key: TestKey = await makeKey('A key of tests');
  const { received, port } = await startSmtpServer(t);
  const log = createFakeLog();
  const files = { ...noticeFiles(states), 'releases/keys/tests.asc': key.publicArmored };
  const ports = {
    forge: createFakeForge(files),
    log,
    mail: createMail({ server: `smtp://127.0.0.1:${port}`, login: () => undefined }, log),
    clock: { now: () => new Date(), sleep: async () => undefined },
    mirror: () => createDirectoryMirror('primary', root),
    signer: signerOf(key),
    verifier: createVerifier(),
  };
  await announceStream(stream, ports);
  const folder = path.join(root, stream, 'notices');
  return {
    top,
    folder,
    files,
    received,
    ports,
    keyring: await writeGpgvKeyring(path.join(top, 'keyring.gpg'), [key.publicArmored]),
  };
}

test('what readers do with a mail and with the files of a mirror, as docs/notices.md shows it', async (t) => {
  const { top, folder, received, ports, keyring } = await makeWorld(t);
  const [mailed = '', mirrored = ''] = await readCommands('docs/notices.md', 'How to verify');
  const { text = '' } = await simpleParser(received[0]?.raw ?? '');
  await writeFile(path.join(top, 'mail.txt'), text);
  const opened = await runCommands(mailed, top);
  assert.equal(opened.code, 0, opened.output);
  const file = path.join(folder, 'test-debian-12_cloud-base-20261201_0.txt');
  assert.equal(await readFile(path.join(top, 'notice.txt'), 'utf8'), await readFile(file, 'utf8'));
  await writeFile(path.join(folder, 'keyring.gpg'), await readFile(keyring));
  const checked = await runCommands(mirrored, folder);
  assert.equal(checked.code, 0, checked.output);
  assert.match(checked.output, /^csaf\/test-debian-12_cloud-base-20261201_0\.json: OK$/m);
  await rm(path.join(folder, 'digests.txt'));
  await writeFile(file, `${await readFile(file, 'utf8')} `);
  assert.notEqual((await runCommands(mirrored, folder)).code, 0, 'a file that was changed is found');
  await writeFile(path.join(top, 'mail.txt'), text.replace('important', 'low'));
  await rm(path.join(top, 'notice.txt'));
  assert.notEqual((await runCommands(mailed, top)).code, 0, 'a mail that was changed is found');
  await announceStream(stream, ports);
  assert.equal(received.length, 1, 'it is sent once');
});

test('the example of docs/notices.md is valid', async () => {
  const text = await readFile(path.join(checkout, 'docs/notices.md'), 'utf8');
  const [, example = ''] = /^```yaml\n(.*?)^```$/ms.exec(text) ?? [];
  assert.ok(
    parseYaml('Targets', `mirrors: []\n${example}`, 'docs/notices.md').notices?.publisher !== undefined,
  );
});

test('the stage as a CI job runs it: by configuration, git and SMTP, and again for nothing', async (t) => {
  const top = await temporaryFolder(t);
  const key = await makeKey('A key of tests');
  const { received, port } = await startSmtpServer(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'robot' && password === 's3cret' ? done(null, { user: 1 }) : done(new Error('no')),
  });
  const remote = await createRemote(top, {
    ...noticeFiles(states),
    'releases/repositories.yaml':
      'repositories: [{id: debian-12, type: deb, suites: [x], components: [main], keyring: a.gpg}]\n',
    'releases/keys/tests.asc': key.publicArmored,
  });
  const clone = await cloneOf(remote, path.join(top, 'clone'));
  await mkdir(path.join(top, 'mirror'));
  const record = states[1]?.record ?? assert.fail();
  const recorded = { path: 'releases/x', commit: await git(clone, 'rev-parse', 'HEAD'), record };
  await writeFile(path.join(top, 'promoted.json'), JSON.stringify({ recorded, pointers: [] }));
  const env = {
    APERIODIC_MIRROR_PRIMARY: path.join(top, 'mirror'),
    APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${port}`,
    APERIODIC_SMTP_USER: 'robot',
    APERIODIC_SMTP_PASSWORD: 's3cret',
    APERIODIC_SIGNING_KEY: key.armored,
  };
  const announce = async () => {
    const { code, stdout, stderr } = await runCli(['announce', path.join(top, 'promoted.json'), '--json'], {
      cwd: clone,
      env,
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout).notices;
  };
  const [given] = await announce();
  assert.equal(given.id, 'TEST-debian-12.cloud-base-20261201.0');
  const seen = await simpleParser(received[0]?.raw ?? '');
  assert.equal(seen.messageId, given.messageId);
  const shown = await git(remote, 'show', `main:releases/${stream}/${second}.published.yaml`);
  assert.ok(shown.includes(`messageId: <${given.id}@lists.example.org>`), shown);
  assert.equal(await git(remote, 'log', '-1', '--format=%s', 'main'), `Record the notice ${given.id}`);
  assert.deepEqual(await announce(), []);
  assert.equal(received.length, 1);
  const provider = path.join(top, 'mirror/.well-known/csaf');
  const metadata = JSON.parse(await readFile(path.join(provider, 'provider-metadata.json'), 'utf8'));
  const [{ fingerprint }] = metadata.public_openpgp_keys;
  assert.match(await readFile(path.join(provider, `openpgp/${fingerprint}.asc`), 'utf8'), /PUBLIC KEY BLOCK/);
  const feed = metadata.distributions[0].rolie.feeds[0].url.replace(`${noticeTargets.site}/`, '');
  assert.match(await readFile(path.join(top, 'mirror', feed), 'utf8'), /"feed-tlp-white"/);
});

test('the command prints each format, and says what there is not', async (t) => {
  const folder = await temporaryFolder(t);
  await git(folder, 'init', '-q', '-b', 'main', '.');
  await commitFiles(folder, { ...noticeFiles(states), 'kickstarts/x.ks': '' }, 'One');
  const notice = async (...args: string[]) => await runCli(['notice', stream, ...args], { cwd: folder });
  const begins: Record<string, RegExp> = {
    text: /^=+\nTEST-debian-12\.cloud-base-20261201\.0\n/,
    markdown: /^## `TEST-debian-12\.cloud-base-20261201\.0`\n/,
    csaf: /"csaf_security_advisory"/,
    osv: /"x_TEST-debian-12\.cloud-base-20261201\.0"/,
    openvex: /openvex\.dev/,
    updateinfo: /<updates>/,
    atom: /<feed /,
    'json-feed': /jsonfeed\.org/,
  };
  for (const [format, expected] of Object.entries(begins)) {
    const { code, stdout, stderr } = await notice(second, '--format', format);
    assert.equal(code, 0, stderr);
    assert.match(stdout, expected);
  }
  for (const [args, expected] of [
    [['20261122.0'], /has no such notice/],
    [[second, '--withdrawal'], /has no such notice/],
    [[second, '--format', 'pdf'], /there is no format 'pdf'/],
  ] as const) {
    const { code, stderr } = await notice(...args);
    assert.notEqual(code, 0);
    assert.match(stderr, expected);
  }
});
