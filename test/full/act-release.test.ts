/**
 * The whole loop by the real workflows, run by act: a first release, then a pull request that changes one pin, its preview
 * with QA, the merge, AMIs and the record on main, and runs that find nothing to do. Real git, real images, real boots, the
 * roles of docs/iam in a local cloud. What is replaced is said in test/support/act.ts and test/support/github-of-git.ts.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_IDENTITY } from '../../scripts/localcloud/identities.ts';
import type { PolicyDocument } from '../../scripts/localcloud/policy.ts';
import { type LocalCloud, startLocalCloud } from '../../scripts/localcloud/start-local-cloud.ts';
import type { PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { messages } from '../support/act.ts';
import { lastWords, runCli } from '../support/cli.ts';
import { cloneOf, commitFiles, git } from '../support/git.ts';
import { appToken, assertJobs, type GithubWorld, startGithubWorld } from '../support/github-world.ts';
import { type OtherPin, pinOlder } from '../support/other-pin.ts';
import { snapshot } from '../support/snapshot.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { checkout } from '../support/workflows.ts';

const stream = 'debian-12/cloud-base';
const pinsFile = `releases/${stream}/pins.amd64.yaml`;
const whole = {
  ...{ mint: 'success', plan: 'success', build: 'success', upload: 'success' },
  ...{ sign: 'success', publish: 'success', tend: 'success' },
};
const nothing = { mint: 'success', plan: 'success', tend: 'success' };

const readPolicy = async (name: string): Promise<PolicyDocument> =>
  JSON.parse(await readFile(path.join(checkout, 'docs/iam', `${name}.json`), 'utf8'));

const role = (name: string, policy: PolicyDocument) => ({
  accessKeyId: `KEY${name}`,
  secretAccessKey: `secret-of-${name}`,
  account: DEFAULT_IDENTITY.account,
  arn: `arn:aws:iam::${DEFAULT_IDENTITY.account}:role/${name}`,
  policy,
});

describe('the whole loop', () => {
  const endings: (() => unknown)[] = [];
  let folder = '';
  let cloud: LocalCloud;
  let world: GithubWorld;
  let fresh = '';
  let older: OtherPin;
  let settings: Parameters<GithubWorld['release']>[1];

  before(async () => {
    folder = await temporaryFolder({ after: (end) => endings.push(end) });
    const [upload, launch, publish] = await Promise.all(['upload', 'launch', 'publish'].map(readPolicy));
    assert.ok(upload !== undefined && launch !== undefined && publish !== undefined);
    const uploader = role('upload', { ...upload, Statement: [...upload.Statement, ...launch.Statement] });
    const publisher = role('publish', publish);
    const { aws } = parseYaml(
      'Targets',
      await readFile(path.join(checkout, 'releases/targets.yaml'), 'utf8'),
      'targets.yaml',
    );
    const regions = aws?.regions.map(({ id }) => id) ?? [];
    cloud = await startLocalCloud({
      folder: path.join(folder, 'cloud'),
      regions,
      identities: [uploader, publisher],
    });
    endings.push(() => cloud.stop());

    // What a new owner does: a key, and pins of today, of which one is older here.
    const key = path.join(folder, 'key.asc');
    const made = await runCli(['keys', 'generate', '--name', 'Throw-away key of a test', '--out', key]);
    assert.equal(made.code, 0, made.stderr);
    const store = path.join(folder, 'store');
    const desk = await cloneOf(checkout, path.join(folder, 'desk'));
    const env = { APERIODIC_STORE: store };
    const resolved = await runCli(['resolve', stream, '--root', desk], { env });
    assert.equal(resolved.code, 0, lastWords(resolved.stderr));
    fresh = await readFile(path.join(desk, pinsFile), 'utf8');
    older = await pinOlder(fresh, folder);
    const place = path.join(folder, 'github');
    await mkdir(place);
    world = await startGithubWorld({ after: (end) => endings.push(end) }, place, {
      [pinsFile]: older.text,
      'releases/keys/test.asc': await readFile(path.join(folder, 'key.pub.asc'), 'utf8'),
    });
    const keys = [uploader, publisher].map(({ arn, accessKeyId, secretAccessKey }) => [
      arn,
      { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    ]);
    settings = {
      env: {
        APERIODIC_STORE: store,
        AWS_ENDPOINT_URL: cloud.endpoint,
        TEST_AWS_KEYS: JSON.stringify(Object.fromEntries(keys)),
      },
      vars: {
        AWS_UPLOAD_ROLE: uploader.arn,
        AWS_PUBLISH_ROLE: publisher.arn,
        AWS_REGION: aws?.home ?? '',
        MIRROR_PRIMARY: path.join(folder, 'mirror'),
      },
      secrets: { SIGNING_KEY: await readFile(key, 'utf8') },
    };
    await mkdir(path.join(folder, 'mirror'));
  });

  after(async () => {
    for (const end of endings.reverse()) await end();
  });

  const show = (file: string) => git(world.act.origin, 'show', `main:${file}`);
  const changedSince = async (commit: string) =>
    (await git(world.act.origin, 'diff-tree', '-r', '--name-only', commit, 'main')).split('\n').sort();
  const readRecord = async (file = ''): Promise<PublishedRecord> =>
    parseYaml('PublishedRecord', await show(file), file);
  const writes = () => cloud.log().filter(({ access }) => access === 'write').length;

  /** Everything that a record promises is there. */
  async function assertPublic(record: PublishedRecord): Promise<void> {
    assert.equal(record.images?.length, 7);
    assert.ok(record.images.every(({ state }) => state === 'public'));
    const mirrored = path.join(folder, 'mirror', stream, record.version);
    const keyring = ['--keyring', path.join(folder, 'key.pub.asc')];
    const verified = await runCli(['verify', mirrored, ...keyring]);
    assert.equal(verified.code, 0, verified.stderr);
    const [author, subject] = (
      await git(
        world.act.origin,
        'log',
        '-1',
        '--format=%an%n%s',
        'main',
        '--',
        `releases/${stream}/${record.version}.published.yaml`,
      )
    ).split('\n');
    assert.equal(author, 'release-app[bot]');
    assert.match(subject ?? '', new RegExp(record.version));
  }

  it('makes the first release from a push to main', async () => {
    const before = await world.head();
    const released = await world.release('push', settings);
    assertJobs(released, whole);
    const said = messages(released.output);
    for (const secret of [appToken, 'secret-of-upload', 'secret-of-publish', 'BEGIN PGP PRIVATE KEY'])
      assert.ok(!said.includes(secret), `${secret} is in the log`);
    const [minted = '', record = '', ...more] = (await changedSince(before)).reverse();
    assert.deepEqual(more, []);
    assert.equal(record, minted.replace(/\.yaml$/, '.published.yaml'));
    await assertPublic(await readRecord(record));
  });

  it('goes from a pull request that changes one pin to AMIs in a record on main, and nothing else changed', async (t) => {
    const { github } = world;
    const pull = await world.open('time-zones', { [pinsFile]: fresh }, 'New time zones');
    const earlier = github.writes.length;
    const calls = cloud.log().length;
    assertJobs(await world.preview(pull, { env: { APERIODIC_STORE: path.join(folder, 'store') } }), {
      changes: 'success',
      build: 'success',
      preview: 'success',
    });
    assert.equal(github.writes.length, earlier, 'a pull request has no right');
    assert.equal(cloud.log().length, calls, 'a pull request has no cloud');
    assertJobs(await world.post(pull), { post: 'success' });
    const body = github.comments[0]?.body ?? '';
    t.diagnostic(body);
    for (const said of [older.name, older.from, older.to]) assert.ok(body.includes(said), body);
    const raw = /[0-9a-f]{64}/.exec(body.slice(body.indexOf('Raw image')))?.[0];

    const merge = await world.merge(pull);
    assertJobs(await world.release('push', settings), whole);
    const [minted = '', file = '', ...more] = (await changedSince(merge)).reverse();
    assert.deepEqual(more, []);
    assert.equal(file, minted.replace(/\.yaml$/, '.published.yaml'));
    const record = await readRecord(file);
    await assertPublic(record);
    assert.equal(record.architectures[0]?.raw.sha256, raw, 'what the pull request booted is what is public');
  });

  it('finds nothing to do when it is run again, by a push or by the schedule', async () => {
    const look = async () => [
      await world.head(),
      writes(),
      world.github.writes.length,
      JSON.stringify(await snapshot(path.join(folder, 'mirror'))),
    ];
    const earlier = await look();
    for (const event of ['push', 'schedule'] as const) {
      assertJobs(await world.release(event, settings), nothing);
      assert.deepEqual(await look(), earlier);
    }
  });

  it('makes nothing of what is no image', async () => {
    const earlier = writes();
    await commitFiles(world.act.clone, { 'docs/more.md': '# More\n' }, 'More');
    await git(world.act.clone, 'push', '-q', 'origin', 'HEAD:main');
    const head = await world.head();
    assertJobs(await world.release('push', settings), nothing);
    assert.deepEqual([await world.head(), writes()], [head, earlier]);
  });
});
