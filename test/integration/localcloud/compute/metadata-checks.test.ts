/** The scripts that ask an instance's metadata service, run on this machine against the local cloud's. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { serveMetadata } from '../../../../scripts/localcloud/compute/imds/server.ts';
import { MetadataTokens } from '../../../../scripts/localcloud/compute/imds/tokens.ts';
import { hostnameFromMetadata, metadataNeedsToken } from '../../../../scripts/model/qa/guest/ec2.ts';
import { makeAnswer, makeContext } from '../../../model/qa/context.ts';

const facts = {
  instanceId: 'i-0123456789abcdef0',
  reservationId: 'r-0123456789abcdef0',
  imageId: 'ami-0123456789abcdef0',
  instanceType: 't3.small',
  architecture: 'x86_64',
  account: '123456789012',
  region: 'eu-central-1',
  zone: 'eu-central-1a',
  mac: '02:00:00:00:00:01',
  interfaceId: 'eni-0123456789abcdef0',
  subnetId: 'subnet-0123456789abcdef0',
  vpcId: 'vpc-0123456789abcdef0',
  groups: [],
  rootDeviceName: '/dev/xvda',
  devices: [],
  publicAddress: '127.0.0.1',
  key: undefined,
  userData: undefined,
  pendingTime: '2026-11-22T12:00:00Z',
  tags: undefined,
};

const context = makeContext({
  guest: 'ec2',
  instance: {
    id: facts.instanceId,
    ami: facts.imageId,
    region: facts.region,
    user: 'debian',
    publicKey: 'ssh-ed25519 AAAA aperiodic',
    mark: 'mark',
  },
});

async function run(t: TestContext, script: string, tokensRequired: boolean) {
  const tokens = new MetadataTokens();
  const server = await serveMetadata(() => ({
    facts,
    tokens,
    tokensRequired,
    enabled: true,
    now: Date.now(),
  }));
  t.after(() => server.stop());
  const here = script.replace('/dev/tcp/169.254.169.254/80', `/dev/tcp/127.0.0.1/${server.port}`);
  const { stdout } = await promisify(execFile)('bash', ['-c', here]);
  return makeAnswer(stdout);
}

test('a service that wants a token passes, and one that does not is found', async (t) => {
  const script = metadataNeedsToken.script(context);
  const good = metadataNeedsToken.judge(await run(t, script, true), context);
  assert.deepEqual(good, {
    passed: true,
    seen: `401 without a token; ${facts.instanceId} of ${facts.imageId} with one`,
  });
  const lax = metadataNeedsToken.judge(await run(t, script, false), context);
  assert.deepEqual(lax, { passed: false, seen: 'without a token: 200' });
});

test('the name that the metadata give a host is read whole', async (t) => {
  const { stdout } = await run(t, hostnameFromMetadata.script(context), true);
  assert.match(stdout, /^wanted=ip-[0-9-]+\.[a-z0-9.-]+\nname=\S+\n$/);
});
