/** Pages of releases on a stand-in of GitHub, by the command of a CI job. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { stream } from '../support/candidate.ts';
import { runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { emulated, startGithub, token } from '../support/github.ts';
import { image, noticeFiles, second, states, withdrawnStates } from '../support/notices.ts';
import { makeKey } from '../support/openpgp.ts';
import { startPrism } from '../support/prism.ts';
import { startSmtpServer } from '../support/smtp-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a release is announced by a page, with requests that are as GitHub describes them, and a withdrawal', async (t) => {
  const github = await startGithub(t);
  const checked = await startPrism(t, github.url);
  const top = await temporaryFolder(t);
  const key = await makeKey('A key of tests');
  const { received, port } = await startSmtpServer(t);
  const clone = path.join(top, 'clone');
  const more = {
    'releases/repositories.yaml':
      'repositories: [{id: debian-12, type: deb, suites: [x], components: [main], keyring: a.gpg}]\n',
    'releases/keys/tests.asc': key.publicArmored,
  };
  const files = { ...noticeFiles(states), ...more };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(clone, name)), { recursive: true });
    await writeFile(path.join(clone, name), text);
  }
  await git(clone, 'init', '-q', '-b', 'main', '.');
  const commit = await github.push(files, 'Record the releases');
  await mkdir(path.join(top, 'mirror'));
  const record = states[1]?.record ?? assert.fail();
  const promoted = path.join(top, 'promoted.json');
  await writeFile(
    promoted,
    JSON.stringify({ recorded: { path: 'releases/x', commit, record }, pointers: [] }),
  );
  const env = {
    APERIODIC_GIT_VIA: 'api',
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: `${emulated.owner}/${emulated.repo}`,
    GITHUB_API_URL: checked,
    APERIODIC_MIRROR_PRIMARY: path.join(top, 'mirror'),
    APERIODIC_MAIL_SERVER: `smtp://127.0.0.1:${port}`,
    APERIODIC_SIGNING_KEY: key.armored,
  };
  const announce = async () => {
    const { code, stdout, stderr } = await runCli(['announce', promoted, '--json'], { cwd: clone, env });
    assert.equal(code, 0, stderr);
    const { data } = await github.client.request('GET /repos/{owner}/{repo}/releases', emulated);
    const pages = data.map((one) => ({ ...one, body: one.body ?? '' }));
    return { notices: JSON.parse(stdout).notices, stderr, pages };
  };
  const before = await announce();
  assert.deepEqual([before.notices.length, received.length], [1, 1]);
  assert.deepEqual(
    before.pages.map((one) => [one.tag_name, one.name, one.prerelease]).sort(),
    states.map(({ release: { version } }) => [`${stream}/${version}`, `${image.title} ${version}`, false]),
  );
  const tag = `${stream}/${second}`;
  const security = before.pages.find((one) => one.tag_name === tag);
  assert.match(security?.body ?? '', /^## `TEST-debian-12\.cloud-base-20261201\.0`\n/);
  const [subject] = await github.subjects();
  assert.equal(subject, 'Record the notice TEST-debian-12.cloud-base-20261201.0');
  const again = await announce();
  assert.deepEqual([again.notices, again.pages, received.length], [[], before.pages, 1]);
  assert.doesNotMatch(again.stderr, /the page of/);

  await github.push(noticeFiles(withdrawnStates), 'Record withdrawals');
  const after = await announce();
  assert.match(after.stderr, /updated the page of debian-12\/cloud-base\/20261201\.0/);
  const changed = after.pages.filter(
    (one) => one.body !== before.pages.find(({ id }) => id === one.id)?.body,
  );
  assert.deepEqual(
    changed.map((one) => [one.tag_name, one.name, one.prerelease]),
    [[tag, `${image.title} ${second} (withdrawn)`, true]],
  );
  assert.deepEqual((await announce()).pages, after.pages);
});
