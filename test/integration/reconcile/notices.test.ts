/** Whole runs with notices, killed anywhere: what users are told of comes once, or twice as the same message. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { ReleasedFix } from '../../../scripts/model/types.generated.ts';
import { parseYaml } from '../../../scripts/model/yaml.ts';
import { reconcile } from '../../../scripts/reconcile.ts';
import { renderRelease } from '../../../scripts/render/release.ts';
import { createFakeForge, type FakeForge } from '../../support/fake-forge.ts';
import { createFakeMail, type FakeMail } from '../../support/fake-mail.ts';
import { createMemoryMirror, createPorts, type MemoryMirror } from '../../support/fake-ports.ts';
import { load, makeFiles, folder as streamFolder, streamId } from '../../support/fake-ports-repository.ts';
import { watchPorts } from '../../support/fake-ports-watch.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const version = '19700101.0';
const next = '19700101.1';
const notices =
  'notices: {prefix: TEST, from: {address: a@example.org}, to: [b@example.org], publisher: {name: T, namespace: "https://example.org"}}\n';

const fix: ReleasedFix = {
  advisory: 'TEST-2026:1',
  feed: 'main',
  title: 'alpha - security update',
  severity: 'critical',
  cves: ['CVE-2099-0001'],
  packages: [{ name: 'alpha', architecture: 'amd64', from: '1.0-1', to: '2.0-1' }],
  proposed: '1970-01-01T00:00:00Z',
  rule: 'emergency',
};

interface Place {
  folder: string;
  forge: FakeForge;
  mirror: MemoryMirror;
  mail: FakeMail;
}

async function makePlace(t: Parameters<typeof temporaryFolder>[0]): Promise<Place> {
  const forge = createFakeForge(makeFiles());
  return {
    folder: await temporaryFolder(t),
    forge,
    mirror: createMemoryMirror('primary'),
    mail: createFakeMail(),
  };
}

class Killed extends Error {}

/** @param kill before or after the call of this number, of those that match, every later call fails as well */
async function run(place: Place, kill?: { call: number; when: 'before' | 'after' }): Promise<string[]> {
  const calls: string[] = [];
  let dead = false;
  const die = () => {
    dead = true;
    throw new Killed();
  };
  const ports = watchPorts(
    createPorts({ ...place, mirror: () => place.mirror, folder: path.join(place.folder, 'm') }),
    {
      before: (name) => {
        if (dead) throw new Killed();
        if (!/^(mail|forge|mirror primary)\./.test(name)) return;
        calls.push(name);
        if (kill?.when === 'before' && kill.call === calls.length) die();
      },
      after: (name) => {
        if (!dead && kill?.when === 'after' && kill.call === calls.length && name === calls.at(-1)) die();
      },
    },
  );
  const outcomes = await reconcile(ports, { load }).catch((error: unknown) => {
    if (error instanceof Killed) return [];
    throw error;
  });
  for (const { error } of outcomes) if (error !== undefined && !dead) throw error;
  return calls;
}

/** A first release, and a second that fixes what it had; the notices began with it. */
async function prepare(place: Place): Promise<void> {
  await run(place);
  for (const [file, text] of Object.entries(makeFiles({ alpha: '2.0-1' }))) place.forge.files.set(file, text);
  const targets = 'releases/targets.yaml';
  place.forge.files.set(targets, (place.forge.files.get(targets) ?? '') + notices);
  const { plan } =
    (
      await reconcile(createPorts({ ...place, mirror: () => place.mirror, folder: place.folder }), {
        load,
        withoutBuild: true,
      })
    )[0] ?? assert.fail();
  assert.ok(plan.action.kind === 'mint');
  place.forge.files.set(
    `${streamFolder}/${next}.yaml`,
    renderRelease({ ...plan.action.release, reason: 'Security updates', fixes: [fix] }),
  );
}

function describe({ forge, mirror, mail }: Place): unknown {
  const file = `${streamFolder}/${next}.published.yaml`;
  const record = parseYaml('PublishedRecord', forge.files.get(file) ?? '', file);
  const shown = [...mirror.files].filter(([name]) => name.startsWith(`${streamId}/notices/`)).sort();
  return {
    notices: record.notices,
    shown,
    mails: [...new Map(mail.sent.map((one) => [one.id, one])).values()],
  };
}

test('a run that is killed anywhere is finished by the next, and nobody is told two things', async (t) => {
  const reference = await makePlace(t);
  await prepare(reference);
  const calls = await run(reference);
  const id = `TEST-testix-1.cloud-base-${next}`;
  assert.deepEqual(
    reference.mail.sent.map((one) => one.id),
    [`<${id}@example.org>`],
  );
  assert.ok(calls.indexOf('mail.send') < calls.lastIndexOf('forge.commit'));
  const expected = describe(reference);
  const messages = [...reference.forge.messages];
  assert.ok(
    (await run(reference)).every((name) => /forge\.head|\.read$/.test(name)),
    'nothing is written again',
  );
  assert.equal(reference.mail.sent.length, 1);
  let twice = 0;
  const from = calls.lastIndexOf('mirror primary.publish') + 1;
  for (let call = from; call <= calls.length; call++) {
    for (const when of ['before', 'after'] as const) {
      const place = await makePlace(t);
      await prepare(place);
      await run(place, { call, when });
      await run(place);
      assert.deepEqual(describe(place), expected, `${when} ${call} ${calls[call - 1]}`);
      assert.deepEqual(place.forge.messages, messages);
      if (place.mail.sent.length > 1) twice++;
    }
  }
  assert.ok(twice > 0, 'one kill came between the mail and its record');
});

test('a withdrawal is recorded, then told; taken back it stays told', async (t) => {
  const place = await makePlace(t);
  await prepare(place);
  await run(place);
  const file = `${streamFolder}/${next}.yaml`;
  const text = place.forge.files.get(file) ?? '';
  const release = parseYaml('Release', text, file);
  const withdrawn = { reason: 'It breaks <b>alpha</b>', at: '2026-11-22T11:00:00Z' };
  place.forge.files.set(file, renderRelease({ ...release, withdrawn }));
  const targets = 'releases/targets.yaml';
  // What is due after that is another release, which is not of interest here.
  const calls = await run(place);
  assert.ok(calls.length > 0);
  assert.deepEqual(
    place.mail.sent.map(({ id }) => id.replace(/@.*/, '')),
    [`<TEST-testix-1.cloud-base-${next}`, `<TEST-testix-1.cloud-base-${next}-W`],
  );
  await run(place);
  assert.equal(place.mail.sent.length, 2);
  assert.ok(place.forge.files.get(targets)?.includes('notices'));
  assert.equal(place.forge.messages.filter((message) => message.startsWith('Record the notice')).length, 2);
  assert.ok(version < next);
});
