import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { NoticeTargets, PublishedRecord } from '../../scripts/model/types.generated.ts';
import { parseYaml, renderYaml } from '../../scripts/model/yaml.ts';
import { renderMarkdown } from '../../scripts/render/notices/markdown.ts';
import { renderText } from '../../scripts/render/notices/text.ts';
import { announceStream } from '../../scripts/stages/announce.ts';
import { stream } from '../support/candidate.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { createFakeMail } from '../support/fake-mail.ts';
import { createFakeMirror } from '../support/fake-mirror.ts';
import { createFakeReleasePages } from '../support/fake-release-pages.ts';
import { createFakeSigner, createFakeVerifier, fakeKey, noSigner } from '../support/fake-signer.ts';
import {
  first,
  noticeFiles,
  noticesOf,
  noticeTargets,
  second,
  states,
  withdrawnStates,
} from '../support/notices.ts';

const folder = `${stream}/notices`;
const id = `TEST-debian-12.cloud-base-${second}`;

function setUp(releases = states, notices: NoticeTargets | null = noticeTargets) {
  const forge = createFakeForge(noticeFiles([], notices));
  const write = (list: typeof states) => {
    for (const [file, text] of Object.entries(noticeFiles(list, notices))) forge.files.set(file, text);
  };
  write(releases);
  const primary = createFakeMirror('primary');
  const mail = createFakeMail();
  const log = createFakeLog();
  const clock = { now: () => new Date('2026-12-03T12:30:00Z'), sleep: async () => undefined };
  const ports = {
    forge,
    log,
    mail,
    clock,
    mirror: (name: string) => {
      assert.equal(name, 'primary', 'only mirrors that hold a release are asked');
      return primary;
    },
    signer: createFakeSigner(),
    verifier: createFakeVerifier(),
  };
  const record = (version = second): PublishedRecord => {
    const file = `releases/${stream}/${version}.published.yaml`;
    return parseYaml('PublishedRecord', forge.files.get(file) ?? '', file);
  };
  return { forge, primary, mail, log, ports, record, write };
}

test('a security release is shown, mailed and recorded, once', async () => {
  const { forge, primary, mail, ports, record } = setUp();
  const before = record();
  const given = await announceStream(stream, ports);
  assert.deepEqual(
    given.map((one) => one.id),
    [id],
  );
  const [message] = mail.sent;
  assert.deepEqual(
    [mail.sent.length, message?.id, message?.to, message?.date.toISOString()],
    [1, `<${id}@lists.example.org>`, ['announce@lists.example.org'], '2026-12-01T12:00:00.000Z'],
  );
  assert.match(
    message?.subject ?? '',
    /^\[TEST-debian-12\.cloud-base-20261201\.0\] Important security update of /,
  );
  const { text } = await ports.verifier.open(message?.text ?? '', []);
  assert.equal(text, renderText(noticesOf()[0] ?? assert.fail(), noticeTargets));
  const entry = {
    id,
    issuedAt: '2026-12-01T12:00:00Z',
    messageId: `<${id}@lists.example.org>`,
    sentAt: '2026-12-03T12:30:00Z',
  };
  assert.deepEqual(record(), { ...before, notices: [entry] }, 'neither serial nor date change');
  assert.deepEqual(forge.messages, [`Record the notice ${id}\n`]);
  assert.equal(primary.writes.at(-1), `replace ${folder}/CHECKSUM`);
  assert.ok(primary.texts.has(`${folder}/csaf/test-debian-12_cloud-base-20261201_0.json`));
  const list = await ports.verifier.open(primary.texts.get(`${folder}/CHECKSUM`) ?? '', []);
  assert.equal(list.text.match(/^SHA256 /gm)?.length, primary.writes.length - 1);

  const writes = primary.writes.length;
  assert.deepEqual(await announceStream(stream, ports), []);
  assert.deepEqual([mail.sent.length, forge.messages.length, primary.writes.length], [1, 1, writes]);
  await announceStream(stream, { ...ports, signer: noSigner });
  assert.equal(primary.writes.length, writes, 'who has no key sees that there is nothing to do');
});

test('a withdrawal has a notice of its own, and what was said before says so', async () => {
  const { forge, primary, mail, ports, record } = setUp(withdrawnStates);
  await announceStream(stream, ports);
  assert.deepEqual(
    mail.sent.map((message) => message.id),
    [`<${id}-W@lists.example.org>`],
  );
  assert.deepEqual(
    record().notices?.map((one) => one.id),
    [id, `${id}-W`],
  );
  const earlier = primary.texts.get(`${folder}/test-debian-12_cloud-base-20261201_0.txt`);
  assert.match(earlier ?? '', /This release was withdrawn since: It loses its network/);
  await announceStream(stream, ports);
  assert.deepEqual([mail.sent.length, forge.messages.length], [1, 1]);
});

test('a security update that was withdrawn before anybody heard of it is not mailed', async () => {
  const silent = withdrawnStates.map((state) => {
    const { notices: _, ...record } = state.record ?? assert.fail();
    return { ...state, record };
  });
  const { mail, ports, record } = setUp(silent);
  await announceStream(stream, ports);
  assert.deepEqual(
    mail.sent.map((message) => message.id),
    [`<${id}-W@lists.example.org>`],
  );
  assert.deepEqual(
    record().notices?.map(({ messageId }) => messageId),
    [undefined, `<${id}-W@lists.example.org>`],
  );
});

test('without notices in targets, or without a cause, nothing is asked of the world', async () => {
  for (const world of [setUp(states, null), setUp([states[0] ?? assert.fail()])]) {
    const { forge, primary, mail, ports } = world;
    const closed = { ...ports, mirror: () => assert.fail('a mirror was asked'), signer: noSigner };
    assert.deepEqual(await announceStream(stream, closed), []);
    assert.deepEqual([forge.messages, primary.writes, mail.sent], [[], [], []]);
  }
});

test('where nobody is to be mailed, and before notices began, the record says that all was given', async () => {
  const { to: _, ...nobody } = noticeTargets;
  for (const notices of [nobody, { ...noticeTargets, since: '20261202' }]) {
    const { mail, ports, record } = setUp(states, notices);
    await announceStream(stream, ports);
    assert.deepEqual(mail.sent, []);
    assert.deepEqual(record().notices, [{ id, issuedAt: '2026-12-01T12:00:00Z' }]);
  }
});

test('a mail server that fails leaves the notice to the next run, which sends the same', async () => {
  const { forge, mail, ports, write } = setUp();
  mail.refuses = new AperiodicError('unreachable', 'it is down');
  await assert.rejects(announceStream(stream, ports), { code: 'unreachable' });
  assert.deepEqual(forge.messages, []);
  mail.refuses = undefined;
  await announceStream(stream, ports);
  const [message] = mail.sent;
  write(states);
  await announceStream(stream, ports);
  assert.deepEqual(mail.sent, [message, message], 'killed before its record, it is sent again as it was');
});

test('a mirror that fails stops the mail; a new key signs the list anew and nothing else', async () => {
  const { primary, mail, ports } = setUp();
  primary.failing.replace = new AperiodicError('unreachable', 'it is down');
  await assert.rejects(announceStream(stream, ports), { code: 'unreachable', message: /the mirror primary/ });
  assert.deepEqual(mail.sent, []);
  delete primary.failing.replace;
  await announceStream(stream, ports);
  primary.writes.length = 0;
  const next = { ...fakeKey, fingerprint: 'B'.repeat(40), createdAt: new Date('2027-01-01T00:00:00Z') };
  const later = { ...ports, signer: createFakeSigner(next), verifier: createFakeVerifier() };
  await announceStream(stream, later);
  assert.ok(primary.writes.includes(`replace ${folder}/CHECKSUM`));
  assert.equal(mail.sent.length, 1);
});

test('what comes later is added, and what is there stays', async () => {
  const { primary, ports, record, write } = setUp();
  await announceStream(stream, ports);
  primary.writes.length = 0;
  const images = (record().images ?? []).concat({
    architecture: 'amd64',
    region: 'sa-east-1',
    ami: 'ami-0aa456789abcdef01',
    snapshot: 'snap-0aa456789abcdef01',
    state: 'public',
  });
  write([{ ...(states[1] ?? assert.fail()), record: { ...record(), images } }]);
  await announceStream(stream, ports);
  const stem = 'test-debian-12_cloud-base-20261201_0';
  const names = ['CHECKSUM', 'feed.atom', 'feed.json', `${stem}.txt`].map(
    (name) => `replace ${folder}/${name}`,
  );
  assert.deepEqual(primary.writes.sort(), names.sort());
  assert.match(primary.texts.get(`${folder}/${stem}.txt`) ?? '', /sa-east-1 +ami-0aa/);
  assert.equal(record(first).notices, undefined);
});

test('each recorded release has a page, which says when it was withdrawn, and is written when it changes only', async () => {
  const { ports, write } = setUp();
  const releasePages = createFakeReleasePages();
  const run = async () => await announceStream(stream, { ...ports, releasePages });
  await run();
  assert.deepEqual(releasePages.writes, [`${stream}/${second}`, `${stream}/${first}`]);
  const [security, plain] = releasePages.pages.values();
  assert.deepEqual(
    [security?.title, security?.withdrawn, security?.file],
    [`Debian 12 (bookworm) Cloud Base ${second}`, false, `releases/${stream}/${second}.published.yaml`],
  );
  const [notice = assert.fail()] = noticesOf();
  assert.ok(security?.body.startsWith(renderMarkdown(notice, noticeTargets)), 'from the same source');
  assert.match(plain?.body ?? '', /^## `debian-12\/cloud-base\/20261122\.0`$/m);
  await run();
  assert.equal(releasePages.writes.length, 2, 'nothing is written again');
  write(withdrawnStates);
  await run();
  await run();
  assert.deepEqual(releasePages.writes.slice(2), [`${stream}/${second}`]);
  const withdrawn = releasePages.pages.get(`${stream}/${second}`);
  assert.deepEqual(
    [withdrawn?.title, withdrawn?.withdrawn],
    [`Debian 12 (bookworm) Cloud Base ${second} (withdrawn)`, true],
  );
  assert.match(withdrawn?.body ?? '', new RegExp(`^## \`${id}-W\`$[\\s\\S]*^## \`${id}\`$`, 'm'));
});

test('pages do not wait for mail, nor mail for pages, and either fails the run', async () => {
  const { ports, mail, log } = setUp();
  const releasePages = createFakeReleasePages();
  const run = async () => await announceStream(stream, { ...ports, releasePages });
  mail.refuses = new AperiodicError('unreachable', 'no mail');
  await assert.rejects(run(), { code: 'unreachable', message: 'no mail' });
  assert.equal(releasePages.writes.length, 2);
  releasePages.fails = new AperiodicError('denied', 'no page');
  await assert.rejects(run(), { code: 'unreachable', message: 'no mail' });
  assert.match(log.lines.join('\n'), /warn no page/);
  mail.refuses = undefined;
  await assert.rejects(run(), { code: 'denied', message: 'no page' });
  assert.equal(mail.sent.length, 1);
});

test('without notices in targets there are no pages, and none from before they began', async () => {
  const pagesOf = async (notices: NoticeTargets | null) => {
    const { ports } = setUp(states, notices);
    const releasePages = createFakeReleasePages();
    await announceStream(stream, { ...ports, releasePages });
    return releasePages.writes;
  };
  assert.deepEqual(await pagesOf(null), []);
  assert.deepEqual(await pagesOf({ ...noticeTargets, since: '20261201' }), [`${stream}/${second}`]);
  assert.deepEqual(await pagesOf({}), [`${stream}/${second}`, `${stream}/${first}`]);
});

test('what does not affect a stream is said and signed without any notice, and not written twice', async () => {
  const { forge, primary, mail, ports } = setUp([states[0] ?? assert.fail()]);
  const path = 'releases/not-affected.yaml';
  const statement = {
    vulnerability: 'CVE-2099-0009',
    streams: 'all',
    packages: ['invented-tools'],
    justification: 'vulnerable_code_not_in_execute_path',
    statement: 'Nothing starts it',
    statedAt: '2026-11-25T09:00:00Z',
  };
  forge.files.set(path, renderYaml({ statements: [statement] }));
  assert.deepEqual(await announceStream(stream, ports), []);
  const name = `${folder}/not-affected.openvex.json`;
  assert.deepEqual(primary.writes, [`replace ${name}`, `replace ${folder}/CHECKSUM`]);
  const said = primary.texts.get(name) ?? '';
  const list = await ports.verifier.open(primary.texts.get(`${folder}/CHECKSUM`) ?? '', []);
  assert.match(list.text, /^SHA256 \(not-affected\.openvex\.json\) = [0-9a-f]{64}$/m);
  assert.equal(list.by.at.toISOString(), '2026-11-25T09:00:00.000Z', 'the date is of what is said');
  await announceStream(stream, ports);
  assert.deepEqual([primary.writes.length, mail.sent, forge.messages], [2, [], []]);
  const withdrawn = { reason: 'Cron does', at: '2026-12-01T09:00:00Z' };
  forge.files.set(path, renderYaml({ statements: [{ ...statement, withdrawn }] }));
  await announceStream(stream, ports);
  assert.match(primary.texts.get(name) ?? '', /under_investigation/);
  assert.notEqual(primary.texts.get(name), said);
  forge.files.set(path, 'statements: [{}]\n');
  await assert.rejects(announceStream(stream, ports), { code: 'invalid', file: path });
});

test('it stands beside the notices of a stream that has some', async () => {
  const { forge, primary, ports } = setUp();
  const packages = ['invented-tools'];
  const about = { vulnerability: 'CVE-2099-0009', streams: [stream], packages, statement: 'No' };
  const rest = { justification: 'component_not_present', statedAt: '2026-11-25T09:00:00Z' };
  forge.files.set('releases/not-affected.yaml', renderYaml({ statements: [{ ...about, ...rest }] }));
  assert.equal((await announceStream(stream, ports)).length, 1);
  const list = await ports.verifier.open(primary.texts.get(`${folder}/CHECKSUM`) ?? '', []);
  for (const name of ['not-affected.openvex.json', 'feed.atom'])
    assert.ok(list.text.includes(`(${name})`) && primary.texts.has(`${folder}/${name}`));
});
