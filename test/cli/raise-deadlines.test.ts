import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { raiseDeadlines } from '../../scripts/cli/raise-deadlines.ts';
import type { AtRisk, DeadlineState } from '../../scripts/model/deadlines.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { readMailed } from '../../scripts/render/deadlines.ts';
import { createFakeMail } from '../support/fake-mail.ts';
import { createIssueServer, repository } from '../support/github-issues.ts';

const alerts = {
  from: { name: 'Images', address: 'images@lists.example.org' },
  to: ['release@lists.example.org'],
};

const state = (
  advisory: string,
  state: DeadlineState['state'],
  due = '2026-11-30T00:00:00Z',
): DeadlineState => ({ advisory, rule: 'important', due, state, approvals: 1 });

function setUp() {
  const server = createIssueServer();
  const mail = createFakeMail();
  const clock = { now: () => new Date('2026-11-29T12:00:00Z') };
  const ports = { client: server.client, repository, mail, clock };
  const raise = async (risks: AtRisk[], failed: string[] = []) =>
    await raiseDeadlines(ports, { author: 'robot', risks, failed, alerts });
  return { ...server, mail, ports, raise };
}

const of = (stream: string, ...deadlines: DeadlineState[]): AtRisk => ({ stream, deadlines });

describe('mail about deadlines', () => {
  it('goes once for each new state, whatever else changes', async () => {
    const { raise, mail, issues, writes } = setUp();
    const subjects = () => mail.sent.splice(0).map(({ subject }) => subject.replace(/ \(.*/, ''));
    const { mails } = await raise([
      of('a-1/x', state('TSA-1', 'at-risk')),
      of('b-1/y', state('TSA-2', 'missed')),
    ]);
    const [first, second] = mail.sent;
    assert.deepEqual(
      mails,
      [first, second].map((one, i) => ({ stream: ['a-1/x', 'b-1/y'][i], messageId: one?.id })),
    );
    assert.match(first?.id ?? '', /^<deadline-[0-9a-f]{32}@lists\.example\.org>$/);
    assert.notEqual(first?.id, second?.id);
    assert.deepEqual([first?.from, first?.to], [alerts.from, alerts.to]);
    assert.match(first?.text ?? '', /^at risk {2}2026-11-30T00:00:00Z {2}TSA-1 \(rule important\)$/m);
    assert.deepEqual(subjects(), ['a-1/x: deadline at risk', 'b-1/y: deadline missed']);

    const before = writes.length;
    for (let hour = 0; hour < 5; hour++)
      await raise([of('a-1/x', state('TSA-1', 'at-risk')), of('b-1/y', state('TSA-2', 'missed'))]);
    assert.deepEqual([mail.sent, writes.length], [[], before], 'nothing is sent or written again');

    await raise([of('a-1/x', state('TSA-1', 'missed')), of('b-1/y', state('TSA-2', 'missed'))]);
    assert.deepEqual(subjects(), ['a-1/x: deadline missed']);
    await raise([of('a-1/x', state('TSA-1', 'missed'), state('TSA-3', 'at-risk'))]);
    assert.deepEqual(subjects(), ['a-1/x: deadline missed'], 'one more is new; what is over is not told of');
    await raise([of('a-1/x', state('TSA-1', 'missed'))]);
    assert.deepEqual(subjects(), [], 'one less is not');
    assert.equal(readMailed(issues[0]?.body).length, 1, 'what is over is forgotten');
    await raise([]);
    assert.deepEqual(subjects(), []);
    assert.deepEqual(
      issues.map((one) => one.state),
      ['closed', 'closed'],
    );
  });

  it('is sent again by the next run when nobody could note that it was, as the same', async () => {
    const { raise, mail, ports, issues } = setUp();
    const risks = [of('a-1/x', state('TSA-1', 'at-risk'))];
    const killed = {
      ...ports,
      client: {
        ...ports.client,
        request: new Proxy(ports.client.request, {
          apply: (target, self, args) => {
            if (String(args[0]).startsWith('PATCH')) throw new Error('killed');
            return Reflect.apply(target, self, args);
          },
        }),
      },
    };
    await assert.rejects(raiseDeadlines(killed, { author: 'robot', risks, failed: [], alerts }), /killed/);
    assert.deepEqual([mail.sent.length, readMailed(issues[0]?.body)], [1, []]);
    await raise(risks);
    await raise(risks);
    const [one, other, ...more] = mail.sent;
    assert.deepEqual([other, more], [one, []]);
    assert.equal(issues.length, 1);
  });

  it('that fails fails the run after the issues of all streams, and is sent by the next', async () => {
    const { raise, mail, issues } = setUp();
    const risks = ['a-1/x', 'b-1/y'].map((stream) => of(stream, state('TSA-1', 'at-risk')));
    mail.refuses = new AperiodicError('unreachable', 'it is down');
    const failed = await raise(risks);
    assert.deepEqual(
      [failed.issues.map(({ done }) => done), failed.mails, failed.errors.map(({ code }) => code)],
      [['created', 'created'], [], ['unreachable']],
    );
    mail.refuses = new AperiodicError('denied', 'not this one');
    assert.equal((await raise(risks)).errors.length, 2, 'what is refused does not keep the others back');
    mail.refuses = undefined;
    const { mails, errors } = await raise(risks);
    assert.deepEqual([mails.length, errors, issues.length], [2, [], 2]);
  });

  it('is not repeated when a stream could not be looked at for an hour, and its issue stays', async () => {
    const { raise, mail, issues } = setUp();
    const both = [of('a-1/x', state('TSA-1', 'at-risk'), state('TSA-2', 'at-risk'))];
    await raise(both);
    assert.deepEqual(await raise([], ['a-1/x']), { issues: [], mails: [], errors: [] });
    // What the tree alone knows is told of all the same.
    const { mails } = await raise([of('a-1/x', state('TSA-1', 'missed'))], ['a-1/x']);
    assert.equal(mails.length, 1);
    assert.match(issues[0]?.body ?? '', /could not be looked at/);
    await raise([of('a-1/x', state('TSA-1', 'missed'), state('TSA-2', 'at-risk'))]);
    assert.equal(mail.sent.length, 2);
    assert.doesNotMatch(issues[0]?.body ?? '', /could not be looked at/);
    await raise([]);
    assert.deepEqual(
      issues.map((one) => one.state),
      ['closed'],
    );
  });

  it('is not sent where nobody is to get it, and issues say what they always said', async () => {
    const { client, ports, mail, issues } = setUp();
    const risks = [of('a-1/x', state('TSA-1', 'at-risk'))];
    const raised = await raiseDeadlines(
      { ...ports, client },
      { author: 'robot', risks, failed: [], alerts: undefined },
    );
    assert.deepEqual([raised.mails, mail.sent, raised.issues[0]?.done], [[], [], 'created']);
    assert.doesNotMatch(issues[0]?.body ?? '', /mailed/);
  });

  it('is not kept back by what somebody else wrote', async () => {
    for (const line of [
      '<!-- mailed x -->',
      '<!-- mailed 0123456789abcdef',
      `text <!-- mailed ${'a'.repeat(16)} -->`,
    ])
      assert.deepEqual(readMailed(`x\n${line}\n`), []);
  });
});
