/**
 * An emergency for real, with a container, which needs no boot: real packages, a build, its tests, a mirror, a record, and a
 * mail that arrives. What the environment says of real places is not touched.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { simpleParser } from 'mailparser';
import { toolRoot } from '../../scripts/adapters/host/python-venv.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { lastWords, runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { gpgv, writeGpgvKeyring } from '../support/openpgp.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const stream = 'debian-12/container-base';
const address = 'drill@lists.example.org';

test('an advisory is made up, and the notice of its fix arrives as mail before the deadline', async (t) => {
  const folder = await temporaryFolder(t);
  const real = path.join(folder, 'real');
  await mkdir(real);
  const { received, port } = await startSmtpServer(t);
  const config = path.join(folder, 'config.yaml');
  const places = ['store', 'work'].map((name) => `${name}: ${path.join(real, name)}`);
  await writeFile(config, [...places, `mirrors: { primary: { directory: ${real} } }`, ''].join('\n'));
  const report = path.join(folder, 'report.json');
  const args = ['drill', stream, '--yes', '--mail-to', address, '--folder', path.join(folder, 'drill')];
  const { code, stdout, stderr } = await runCli([...args, '--report', report, '--json'], {
    cwd: toolRoot,
    env: {
      APERIODIC_CONFIG: config,
      APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${port}`,
      APERIODIC_MIRROR_PRIMARY: real,
      AWS_ACCESS_KEY_ID: 'AKIAREALACCOUNT00000',
      AWS_SECRET_ACCESS_KEY: 'none of the drill',
    },
  });
  assert.equal(code, 0, lastWords(stderr));
  const {
    advisory,
    version,
    started,
    ended,
    due = '',
    outcome,
    steps,
    ...said
  } = assertValid('DrillReport', JSON.parse(await readFile(report, 'utf8')));
  assert.deepEqual(JSON.parse(stdout).steps, steps, 'the report and what is printed are the same');
  assert.deepEqual([said.stream, outcome, started <= ended && ended <= due], [stream, 'in-time', true]);
  assert.deepEqual(
    steps.map(({ name, status }) => `${name} ${status}`),
    ['advisory', 'proposed', 'merged', 'published', 'notified'].map((name) => `${name} done`),
  );
  assert.ok(
    steps.some(({ name, seconds, parts }) => name === 'published' && seconds > 1 && parts.length > 0),
  );

  assert.equal(received.length, 1);
  const [mail] = received;
  assert.deepEqual([mail?.from, mail?.to], [address, [address]]);
  const seen = await simpleParser(mail?.raw ?? '');
  const id = `DRILL-debian-12.container-base-${version}`;
  assert.equal(seen.messageId, `<${id}@lists.example.org>`);
  assert.match(seen.subject ?? '', new RegExp(`^\\[${id}\\] Critical security update of `));
  assert.match(seen.text ?? '', new RegExp(`${advisory} \\(critical\\): A drill, not a flaw: `));
  const run = path.join(folder, 'drill/run');
  const own = await readFile(path.join(run, 'clone/releases/keys/demo.asc'), 'utf8');
  const file = path.join(folder, 'mail.txt');
  await writeFile(file, seen.text ?? '');
  const { status } = await gpgv(await writeGpgvKeyring(path.join(folder, 'keyring.gpg'), [own]), file);
  assert.match(status, /^\[GNUPG:\] GOODSIG /m);

  const where = `releases/${stream}/${version}.published.yaml`;
  const text = await git(path.join(run, 'origin.git'), 'show', `main:${where}`);
  const record = parseYaml('PublishedRecord', text, where);
  assert.deepEqual(
    [record.notices?.map((one) => one.messageId), record.mirrors.map((mirror) => mirror.id), record.images],
    [[seen.messageId], ['primary'], undefined],
  );
  assert.ok((await readdir(path.join(run, 'mirror', stream))).includes(version ?? ''));
  assert.deepEqual(
    await readdir(real),
    [],
    'places of the environment and of its configuration are not touched',
  );
});
