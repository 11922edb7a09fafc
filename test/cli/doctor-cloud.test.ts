import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../scripts/adapters/host/config.ts';
import { runCheck } from '../../scripts/cli/doctor/check.ts';
import { cloudChecks } from '../../scripts/cli/doctor/cloud-checks.ts';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import { startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('doctor shows the account, the regions that are ready, and what to do about the others', async (t) => {
  const folder = await temporaryFolder(t);
  const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-1'];
  const settings = { 'us-east-1': { imageBlockPublicAccess: 'block-new-sharing' } } as const;
  const local = await startLocalCloud({ folder: path.join(folder, 'cloud'), regions, settings });
  t.after(() => local.stop());
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
  process.env.AWS_ACCESS_KEY_ID = DEFAULT_IDENTITY.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = DEFAULT_IDENTITY.secretAccessKey;
  t.after(() => {
    if (AWS_ACCESS_KEY_ID === undefined) delete process.env.AWS_ACCESS_KEY_ID;
    else process.env.AWS_ACCESS_KEY_ID = AWS_ACCESS_KEY_ID;
    if (AWS_SECRET_ACCESS_KEY === undefined) delete process.env.AWS_SECRET_ACCESS_KEY;
    else process.env.AWS_SECRET_ACCESS_KEY = AWS_SECRET_ACCESS_KEY;
  });
  await mkdir(path.join(folder, 'releases'));
  const list = regions.map((id) => `    - { id: ${id} }\n`).join('');
  const targets = `mirrors: []\naws:\n  home: eu-central-1\n  pointers: /aperiodic\n  regions:\n${list}`;
  await writeFile(path.join(folder, 'releases/targets.yaml'), targets);
  const env = { AWS_ENDPOINT_URL: local.endpoint };
  const examined = { env, root: folder, config: await loadConfig(folder, env) };
  const reports = (await Promise.all(cloudChecks.map((check) => runCheck(check, examined)))).flat();
  assert.deepEqual(
    reports.map(({ status, title }) => `${status} ${title}`),
    ['ok AWS account', 'warning AWS us-east-1', 'ok AWS regions'],
  );
  assert.match(reports[0]?.value ?? '', /^123456789012, at http:/);
  assert.match(reports[1]?.advice ?? '', /block public access is on for AMIs in us-east-1: turn it off/);
  assert.equal(reports[2]?.value, 'eu-central-1, ap-southeast-1');

  const stream = path.join(folder, 'releases/debian-12/cloud-base');
  await mkdir(stream, { recursive: true });
  const text = await readFile('releases/debian-12/cloud-base/stream.yaml', 'utf8');
  await writeFile(path.join(stream, 'stream.yaml'), text.replace(/public: \d+/, 'public: 5'));
  const again = (await Promise.all(cloudChecks.map((check) => runCheck(check, examined)))).flat();
  assert.match(
    again.find(({ title }) => title === 'AWS eu-central-1')?.advice ?? '',
    /eu-central-1 allows 5 public AMIs and the streams keep up to 6 at once: ask AWS for a higher quota/,
  );
});
