import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { imageTags } from '../../scripts/model/aws-names.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { countChecks } from '../../scripts/model/qa/checks.ts';
import { assertValid } from '../../scripts/model/schema.ts';
import type { LaunchSettings, Uploaded } from '../../scripts/model/types.generated.ts';
import { identityOf } from '../../scripts/stages/cloud/identity.ts';
import { launchImage } from '../../scripts/stages/launch.ts';
import { makeDisk } from '../model/qa/context.ts';
import { makeTested } from '../support/candidate.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createFakeCloud } from '../support/fake-cloud.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeLogins, goodConsole, rememberLaunch } from '../support/fake-logins.ts';
import { cleanFiles } from '../support/fake-ports-guests.ts';
import { parser } from '../support/fake-ports-repository.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { GuestBehaviour } from './fake-guest.ts';

const home = 'eu-central-1';
const ami = 'ami-0123456789abcdef0';
const snapshot = 'snap-0123456789abcdef0';
const start = new Date('2026-11-22T12:00:00Z');

interface Options {
  launch?: LaunchSettings | undefined;
  behaviour?: Partial<GuestBehaviour>;
}

async function makeWorld(
  t: TestContext,
  { launch = { allowFrom: '192.0.2.0/24' }, behaviour = {} }: Options = {},
) {
  const folder = await temporaryFolder(t);
  const clock = createFakeClock(start);
  const cloud = createFakeCloud({ now: clock.now });
  let remembered = rememberLaunch(cloud);
  const log = createFakeLog();
  const told: string[] = [];
  const ends = new Set<() => Promise<void>>();
  const tested = makeTested();
  const job = { ...tested.built.job, kickstart: [1, 2, 3, 4, 5, 6, 7, 8].map(lineOf), launch };
  const uploaded: Uploaded = {
    tested: { ...tested, built: { ...tested.built, job } },
    image: { region: home, ami, snapshot },
  };
  const artifacts = createDirectoryArtifacts(path.join(folder, 'work'));
  const region = cloud.world.get(home);
  assert.ok(region);
  const world = {
    uploaded,
    cloud,
    region,
    log,
    told,
    ends,
    clock,
    run: () => launchImage(uploaded, ports),
    logs: async () => await artifacts.logFolder(`${job.stream}/${job.version}/launch-${job.architecture}`),
    /** Which calls it made that write. */
    calls: () => cloud.writes.map((text) => text.split(' ')[1]),
  };
  const ports: Parameters<typeof launchImage>[1] = {
    artifacts: { ...artifacts, get: async () => '/images/test.raw' },
    clock,
    get cloud() {
      remembered = rememberLaunch(cloud);
      return remembered.cloud;
    },
    disks: { open: async () => makeDisk(cleanFiles) },
    kickstarts: parser,
    log,
    logins: createFakeLogins({
      now: clock.now,
      packages: async () => 'hello 2.10-3 amd64 ii\n',
      behaviour,
      log: told,
      launch: () => remembered.launch(),
    }),
    onInterrupt: (end) => {
      ends.add(end);
      return () => ends.delete(end);
    },
  };
  return world;
}

const lineOf = (line: number) => ({ text: 'a line', file: 'kickstarts/testix.ks', line });

function assertNothingLeft({ region }: Awaited<ReturnType<typeof makeWorld>>): void {
  assert.deepEqual(
    [...region.instances.values()].filter(({ state }) => state !== 'gone'),
    [],
  );
  assert.deepEqual([region.keys.size, region.groups.size], [0, 0]);
}

async function failureOf(run: Promise<unknown>): Promise<AperiodicError> {
  const error = await run.then(
    () => assert.fail('it should have failed'),
    (problem: unknown) => problem,
  );
  assert.ok(error instanceof AperiodicError, String(error));
  return error;
}

test('a good image: all checks of an instance pass, and nothing is left', async (t) => {
  const world = await makeWorld(t);
  const { launch, ...rest } = assertValid('Launched', await world.run());
  assert.deepEqual(rest, world.uploaded);
  assert.ok(launch);
  assert.deepEqual(
    [launch.region, launch.ami, launch.instanceType, launch.results.length],
    [home, ami, 't3.small', countChecks('ec2', { payload: 'deb' })],
  );
  assert.deepEqual(
    launch.results.filter(({ result, where }) => result !== 'passed' || where !== 'ec2'),
    [],
  );
  assert.deepEqual(world.calls(), [
    'importKey',
    'makeGroup',
    'allowSsh',
    'runInstance',
    'rebootInstance',
    'terminateInstance',
    'deleteKey',
    'removeGroup',
  ]);
  assertNothingLeft(world);
  assert.deepEqual(world.told, [
    'reaches cloud-user at 192.0.2.1 22',
    'ec2 boots',
    'ec2 session',
    'ec2 reboots',
    'ec2 session',
    'forgets the key',
  ]);
  assert.equal(world.ends.size, 0);
  assert.deepEqual((await readdir(await world.logs())).sort(), [
    'ec2-serial.log',
    'junit.xml',
    'launch.json',
  ]);
});

test('the instance takes only IMDSv2, a larger disk, its own key and its own group', async (t) => {
  const world = await makeWorld(t);
  await world.run();
  const [{ request } = assert.fail()] = world.region.instances.values();
  assert.equal(request.gibibytes, 5);
  assert.equal(request.key, 'aperiodic-launch-debian-12.cloud-base-20261122.0-amd64');
  assert.equal(request.subnet, undefined);
  assert.match(request.userData, /^#cloud-config-archive\n\[/);
  const tags = imageTags(identityOf(world.uploaded.tested));
  assert.deepEqual(request.tags, {
    Name: request.key,
    'aperiodic:stream': tags['aperiodic:stream'],
    'aperiodic:version': tags['aperiodic:version'],
    'aperiodic:architecture': 'amd64',
    'aperiodic:raw-sha256': tags['aperiodic:raw-sha256'],
    'aperiodic:launch': 'test',
  });
});

test('a group that is there is taken, and left; the private address is reached when asked for', async (t) => {
  const launch = {
    instanceTypes: { amd64: 'm5.large' },
    securityGroup: 'sg-01234567',
    subnet: 'subnet-01234567',
    address: 'private',
  } as const;
  const world = await makeWorld(t, { launch });
  const { launch: report } = await world.run();
  assert.equal(report?.instanceType, 'm5.large');
  assert.ok(!world.calls().includes('makeGroup') && !world.calls().includes('removeGroup'));
  assert.match(world.told[0] ?? '', / at 10\.0\.0\.1 22$/);
  const [{ request } = assert.fail()] = world.region.instances.values();
  assert.deepEqual([request.group, request.subnet], ['sg-01234567', 'subnet-01234567']);
});

test('the port of an endpoint that runs instances on this machine is in a tag', async (t) => {
  const world = await makeWorld(t);
  const { set } = world.region.instances;
  world.region.instances.set = (id, instance) =>
    set.call(world.region.instances, id, {
      ...instance,
      tags: { ...instance.tags, 'localcloud:ssh-port': '40022' },
    });
  await world.run();
  assert.match(world.told[0] ?? '', / 40022$/);
});

test('without AMIs it passes through; without a way in, it says so before any call', async (t) => {
  const world = await makeWorld(t);
  const { tested } = world.uploaded;
  const ports: Parameters<typeof launchImage>[1] = assertNoPorts();
  assert.deepEqual(await launchImage({ tested }, ports), { tested });
  const { launch: _, ...job } = tested.built.job;
  const bare = { ...world.uploaded, tested: { ...tested, built: { ...tested.built, job } } };
  await assert.rejects(launchImage(bare, ports), {
    code: 'invalid',
    file: 'releases/targets.yaml',
    message: /allowFrom/,
  });
});

function assertNoPorts(): Parameters<typeof launchImage>[1] {
  const none = () => assert.fail('no port is used');
  return {
    artifacts: { put: none, get: none, workFolder: none, logFolder: none },
    clock: { now: none, sleep: none },
    cloud: { account: none, regions: none, region: none },
    disks: { open: none },
    kickstarts: { parse: none },
    log: { info: none, warn: none, task: none },
    logins: { makeLogin: none },
    onInterrupt: none,
  };
}

test('a check that fails: expected, seen, console and screen are told and kept, and the instance is gone', async (t) => {
  const world = await makeWorld(t, { behaviour: { answers: { 'imds-token-required': 'without=200\n' } } });
  const error = await failureOf(world.run());
  assert.equal(error.code, 'qa-failed');
  assert.match(error.message, /^the instance i-\w+ of ami-\w+ failed imds-token-required \(ec2\): see /);
  assert.match(error.detail ?? '', /expected: A request to the metadata service without a token is refused/);
  assert.match(error.detail ?? '', /seen:\n\s+without a token: 200/);
  assert.match(error.detail ?? '', /Serial console \(ec2\):\n(.*\n)*test login: /);
  assertNothingLeft(world);
  const logs = await world.logs();
  assert.deepEqual((await readdir(logs)).sort(), [
    'ec2-journal.txt',
    'ec2-screen.png',
    'ec2-serial.log',
    'junit.xml',
    'launch.json',
  ]);
  assert.equal(await readFile(path.join(logs, 'ec2-serial.log'), 'utf8'), goodConsole);
  assert.equal(world.calls().filter((call) => call === 'runInstance').length, 1, 'a bad image has one try');
});

test('an instance that gives up on its console, or powers itself off, is a bad image', async (t) => {
  const panicked = await makeWorld(t);
  panicked.region.console = 'Kernel panic - not syncing: no init\n';
  const error = await failureOf(panicked.run());
  assert.equal(error.code, 'qa-failed');
  assert.match(error.detail ?? '', /the instance gave up: Kernel panic/);
  assertNothingLeft(panicked);

  const off = await makeWorld(t);
  off.region.outcomes.push({ state: 'gone', reason: 'Client.InstanceInitiatedShutdown' });
  assert.match((await failureOf(off.run())).message, /powered itself off/);
  assert.equal(off.calls().filter((call) => call === 'runInstance').length, 1);
});

test('an instance that AWS ends is tried once more, and that is told', async (t) => {
  const broken = { state: 'gone', reason: 'Server.InternalError' } as const;
  const world = await makeWorld(t);
  world.region.outcomes.push(broken);
  const { launch } = await world.run();
  assert.deepEqual(
    launch?.retries?.map(({ where, reason }) => [
      where,
      /^unreachable: .*Server\.InternalError/.test(reason),
    ]),
    [['ec2', true]],
  );
  assert.match(
    world.log.lines.find((line) => line.startsWith('warn')) ?? '',
    /Server\.InternalError.*It is launched once more/,
  );
  assertNothingLeft(world);
  const twice = await makeWorld(t);
  twice.region.outcomes.push(broken, broken, { state: 'running', reason: undefined });
  assert.equal((await failureOf(twice.run())).code, 'unreachable');
  assertNothingLeft(twice);
});

test('an instance that never answers is tried once more, and that is told; one that never does is a bad image', async (t) => {
  const silence = new AperiodicError('qa-failed', 'no login within 600 s: ssh did not answer');
  let logins = 0;
  const behaviour = {
    waitForLogin: async () => {
      logins++;
      if (logins === 1) throw silence;
    },
  };
  const world = await makeWorld(t, { behaviour });
  const { launch } = await world.run();
  assert.equal(launch?.results.length, countChecks('ec2', { payload: 'deb' }));
  assert.equal(launch?.retries?.length, 1);
  assert.match(launch?.retries?.[0]?.reason ?? '', /^qa-failed: the instance i-\w+ of ami-\w+ failed boots/);
  assert.equal(world.calls().filter((call) => call === 'runInstance').length, 2);
  assertNothingLeft(world);

  const never = () => {
    throw silence;
  };
  const dead = await makeWorld(t, { behaviour: { waitForLogin: never } });
  assert.equal((await failureOf(dead.run())).code, 'qa-failed');
  assert.equal(dead.calls().filter((call) => call === 'runInstance').length, 2);
  assertNothingLeft(dead);
});

test('what a killed run left is ended first: its instance, its key and its group', async (t) => {
  const world = await makeWorld(t, {
    behaviour: {
      waitForLogin: () => {
        throw new Error('killed');
      },
    },
  });
  const keep = async () => undefined;
  const { region } = world.cloud;
  world.cloud.region = (id) => ({
    ...region(id),
    terminateInstance: keep,
    deleteKey: keep,
    removeGroup: keep,
  });
  // Nothing that it does at its end has an effect, as if the process had gone.
  await assert.rejects(world.run());
  assert.deepEqual(
    [world.region.instances.size, world.region.keys.size, world.region.groups.size],
    [1, 1, 1],
  );

  const again = await makeWorld(t);
  again.cloud.world.set(home, world.region);
  await again.run();
  assert.match(again.log.lines.join('\n'), /info ending the instance i-\w+ in eu-central-1: a leftover/);
  assert.equal([...world.region.instances.values()].filter(({ state }) => state !== 'gone').length, 0);
  assert.deepEqual([world.region.keys.size, world.region.groups.size], [0, 0]);
});

test('interrupted, it ends the instance and is not tried again', async (t) => {
  let world: Awaited<ReturnType<typeof makeWorld>> | undefined;
  const interrupt = async () => {
    for (const end of world?.ends ?? []) await end();
    throw new AperiodicError('unreachable', 'the connection was cut');
  };
  world = await makeWorld(t, { behaviour: { waitForLogin: interrupt } });
  assert.equal((await failureOf(world.run())).code, 'interrupted');
  assertNothingLeft(world);
  assert.equal(world.calls().filter((call) => call === 'runInstance').length, 1);
  assert.equal(world.ends.size, 0);
});
