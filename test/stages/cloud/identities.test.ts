/** The policies of docs/iam/ allow what is done, and nothing else. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { DEFAULT_IDENTITY } from '../../../scripts/localcloud/identities.ts';
import type { PolicyDocument } from '../../../scripts/localcloud/policy.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { launchImage } from '../../../scripts/stages/launch.ts';
import { inspectCloud } from '../../../scripts/stages/preflight.ts';
import { movePointers, promoteRelease } from '../../../scripts/stages/promote.ts';
import { publishRelease } from '../../../scripts/stages/publish.ts';
import { recordRelease } from '../../../scripts/stages/record.ts';
import { removeImages } from '../../../scripts/stages/retire.ts';
import { uploadImage } from '../../../scripts/stages/upload.ts';
import { stream, version } from '../../support/candidate.ts';
import { aws, type CloudWorld, makeWorld, mirroredOf } from '../../support/cloud-world.ts';

const read = async (name: string): Promise<PolicyDocument> =>
  JSON.parse(await readFile(new URL(`../../../docs/iam/${name}.json`, import.meta.url), 'utf8'));

const identityOf = (name: string, policy: PolicyDocument) => ({
  accessKeyId: `KEY${name}`,
  secretAccessKey: `secret-${name}`,
  account: DEFAULT_IDENTITY.account,
  arn: `arn:aws:iam::${DEFAULT_IDENTITY.account}:role/${name}`,
  policy,
});

async function makeRoles(t: TestContext): Promise<CloudWorld & { policies: Record<string, PolicyDocument> }> {
  const policies = {
    upload: await read('upload'),
    launch: await read('launch'),
    publish: await read('publish'),
  };
  const identities = [
    identityOf('upload', policies.upload),
    identityOf('launch', policies.launch),
    identityOf('publish', policies.publish),
    DEFAULT_IDENTITY,
  ];
  return Object.assign(await makeWorld(t, { identities }), { policies });
}

const actionsOf = (policy: PolicyDocument | undefined) =>
  [...new Set(policy?.Statement.flatMap(({ Action }) => Action))].sort();

const portsOf = (world: CloudWorld, name: string) =>
  world.ports({ credentials: { accessKeyId: `KEY${name}`, secretAccessKey: `secret-${name}` } });

const silence = {
  waitForLogin: async () => {
    throw new AperiodicError('qa-failed', 'nobody answers');
  },
};

test('the calls that each role makes are the calls that it is allowed', async (t) => {
  const world = await makeRoles(t);
  const used = (from: number) => [...new Set(world.local.log(from).flatMap(({ actions }) => actions))].sort();

  const upload = portsOf(world, 'upload');
  const [tested] = world.tested;
  assert.ok(tested !== undefined);
  // A leftover of the same version with other bytes, which is removed first.
  const raw = { ...tested.built.raw, sha256: 'f'.repeat(64) };
  const other = { ...tested, built: { ...tested.built, raw } };
  await uploadImage(other, {
    ...upload,
    artifacts: { ...upload.artifacts, get: () => upload.artifacts.get(tested.built.raw) },
  });
  const uploaded = await uploadImage(tested, upload);
  assert.deepEqual(used(0), actionsOf(world.policies.upload));
  const launchFrom = world.local.log().at(-1)?.number ?? 0;

  // The screen is looked at when a check fails.
  const launch = portsOf(world, 'launch');
  const { reach, ...login } = await launch.logins.makeLogin('');
  const deaf = {
    ...login,
    reach: (...args: Parameters<typeof reach>) => ({ ...reach(...args), ...silence }),
  };
  const logins = { makeLogin: async () => deaf };
  await assert.rejects(launchImage(uploaded, { ...launch, logins }), { code: 'qa-failed' });
  const launched = await launchImage(uploaded, launch);
  assert.deepEqual(used(launchFrom), actionsOf(world.policies.launch));
  const end = world.local.log().at(-1)?.number ?? 0;

  const publish = portsOf(world, 'publish');
  const wish = { ...aws, release: { stream, name: 'Debian', version, architectures: ['amd64'] as const } };
  const report = await inspectCloud(wish, publish);
  assert.deepEqual([report.problems, report.warnings], [[], []]);
  const published = await publishRelease(mirroredOf([launched]), publish);
  const promoted = await promoteRelease(await recordRelease(published, publish), publish);
  await publish.cloud.region(aws.home).parametersBelow(`/aperiodic/${stream}`);
  const moved = await movePointers({ put: [], remove: promoted.pointers }, publish);
  const removed = await removeImages({ stream, version, images: published.images }, publish);
  assert.deepEqual([moved.failures, removed.failures], [[], []]);
  assert.deepEqual(used(end), actionsOf(world.policies.publish));
});

test('the upload role can make nothing public, and the publish role can write no block', async (t) => {
  const world = await makeRoles(t);
  const [tested] = world.tested;
  assert.ok(tested !== undefined);
  const uploaded = await uploadImage(tested, portsOf(world, 'upload'));
  await assert.rejects(publishRelease(mirroredOf([uploaded]), portsOf(world, 'upload')), { code: 'denied' });
  const home = portsOf(world, 'publish').cloud.region(aws.home);
  await assert.rejects(
    home.startSnapshot({ gibibytes: 1, description: 'x', tags: {}, token: 'x' }),
    /StartSnapshot in eu-central-1 failed \(AccessDeniedException\): .*docs\/iam/,
  );
});
