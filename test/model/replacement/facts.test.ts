import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import type { Frame } from '../../../scripts/model/qa/frame.ts';
import { composeScript } from '../../../scripts/model/qa/frame.ts';
import { replacementChecks } from '../../../scripts/model/replacement/checks.ts';
import { listDifferences } from '../../../scripts/model/replacement/differences.ts';
import {
  type Facts,
  factFragments,
  findUnready,
  readFacts,
  storeData,
} from '../../../scripts/model/replacement/facts.ts';
import { renderReplacementUserData } from '../../../scripts/model/replacement/user-data.ts';
import { FakeVolumes, loggedIn } from '../../support/fake-replacement.ts';

function factsOf(answers: Record<string, string>): Facts {
  const frame = (id: string, stdout: string): Frame => ({ id, exitCode: 0, stdout, stderr: '', seconds: 1 });
  return readFacts(new Map(Object.entries(answers).map(([id, stdout]) => [id, frame(id, stdout)])));
}

function makePair(changes: Record<string, string> = {}) {
  const volumes = new FakeVolumes();
  const previous = factsOf(volumes.answers({}));
  const now = factsOf({ ...volumes.answers({}), ...changes });
  return { previous, now, login: loggedIn.stdout };
}

const failing = (guests: ReturnType<typeof makePair>) =>
  replacementChecks.filter(({ judge }) => !judge(guests).passed).map(({ id }) => id);

test('what a guest answers is read, and one that is ready can be replaced', () => {
  const { previous } = makePair();
  assert.equal(previous.login, 'debian:1000:1000:/home/debian:/bin/bash');
  assert.equal(previous.systemSeconds, 42);
  assert.deepEqual(previous.starts, [previous.bootId]);
  assert.deepEqual(previous.lists.mounts, ['/ /dev/vda3 ext4', '/srv/data /dev/vdc ext4']);
  assert.equal(findUnready(previous), undefined);
});

test('a guest that lacks what the user data asks for cannot be replaced', () => {
  const { previous } = makePair();
  const cases: [Partial<Facts>, RegExp][] = [
    [{ login: '' }, /no user/],
    [{ volume: '' }, /no volume/],
    [{ data: [] }, /no data/],
    [{ service: 'failed enabled' }, /'failed enabled'/],
    [{ starts: [] }, /wrote nothing/],
  ];
  for (const [change, message] of cases) assert.match(findUnready({ ...previous, ...change }) ?? '', message);
  assert.match(findUnready(readFacts(new Map())) ?? '', /no user/);
});

test('a replacement that is as it should be passes every check', () => {
  assert.deepEqual(failing(makePair()), []);
});

test('what is lost or changed is found by its check', () => {
  const file = `kept/random 0:0 640 4194304 ${'e'.repeat(64)}\n`;
  const about = (from: string | RegExp, to: string) => ({
    about: new FakeVolumes().answers({}).about?.replace('boot-1', 'boot-2').replace(from, to) ?? '',
  });
  const cases: [Record<string, string>, string[]][] = [
    [{ data: file }, ['replacement-data']],
    [{ data: '' }, ['replacement-data']],
    [about('/dev/vdc ext4', ''), ['replacement-data']],
    [{ starts: 'boot-2\n' }, ['replacement-service']],
    [{ starts: 'boot-1\n' }, ['replacement-service']],
    [about('active enabled', 'inactive disabled'), ['replacement-service']],
    [about('debian:1000', 'admin:1000'), ['replacement-login']],
    [about('debian:1000:1000', 'debian:1001:1000'), ['replacement-login']],
    [about('hostname=aperiodic-replaced', 'hostname=localhost'), ['replacement-hostname']],
  ];
  for (const [change, expected] of cases) assert.deepEqual(failing(makePair(change)), expected);
  const refused = { ...makePair(), login: 'debian@127.0.0.1: Permission denied (publickey).' };
  assert.deepEqual(failing(refused), ['replacement-login']);
});

test('differences are a sorted list of a line each; packages are counted', () => {
  const { previous, now } = makePair({
    'enabled-units': 'chrony.service\nssh.service\n',
    'active-services': '',
    kernel: '6.1.0-2\n',
    packages: 'alpha 1.1-1 amd64\nbeta 1 all\n',
  });
  assert.deepEqual(listDifferences(previous, now), [
    'enabled-units: + chrony.service',
    'active-services: - ssh.service',
    'kernel: - 6.1.0-1',
    'kernel: + 6.1.0-2',
    'packages: 1 changed, 1 added, 0 removed',
  ]);
  assert.deepEqual(listDifferences(previous, previous), []);
  const many = Array.from({ length: 60 }, (_, i) => `unit-${i}.service`).join('\n');
  assert.equal(
    listDifferences(previous, makePair({ 'enabled-units': many }).now).at(-1),
    'enabled-units: 21 more',
  );
  const long = listDifferences(previous, makePair({ users: 'x'.repeat(5000) }).now);
  assert.ok(long.every((line) => line.length <= 300));
});

test('what a guest says has no control characters and an end', () => {
  const { now } = makePair({
    listening: `tcp \u001b[31m22\u0007\n${'udp 1\n'.repeat(9000)}`,
    starts: 'a\n'.repeat(9000),
  });
  assert.deepEqual(now.lists.listening, ['tcp [31m22', 'udp 1']);
  assert.equal(now.starts.length, 2000);
  assert.equal(makePair({ users: 'x'.repeat(9000) }).now.lists.users[0]?.length, 1000);
});

test('the fragments fit in one session, and a key that is none is refused', () => {
  const fragments = [...factFragments('ssh-ed25519 AAAA test'), storeData];
  assert.equal(new Set(fragments.map(({ id }) => id)).size, fragments.length);
  assert.match(composeScript(fragments, 'a'.repeat(32)), /grep -q -s -F -- 'AAAA'/);
  assert.throws(() => factFragments("ssh-ed25519 ';reboot;'"), RangeError);
});

test('the user data names the volume by its serial number and keeps what is on it', () => {
  const text = renderReplacementUserData('ssh-ed25519 AAAA test\n');
  assert.match(text, /^#cloud-config\n/);
  const data = JSON.stringify(load(text));
  assert.match(data, /"device":"\/dev\/disk\/by-id\/virtio-aperiodic-data"/);
  assert.match(data, /"overwrite":false/);
  assert.equal(data.split('"ssh_authorized_keys":["ssh-ed25519 AAAA test"]').length, 3);
});
