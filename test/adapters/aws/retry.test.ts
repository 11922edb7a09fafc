import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classify } from '../../../scripts/adapters/aws/classify.ts';
import { createCaller } from '../../../scripts/adapters/aws/retry.ts';
import { AperiodicError } from '../../../scripts/model/errors.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const start = new Date('2026-11-22T12:00:00Z');

function awsError(name: string, message = name, more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...more });
}

test('errors mean what AWS says they mean', () => {
  const cases: [unknown, string][] = [
    [awsError('RequestLimitExceeded'), 'busy'],
    [awsError('ResourceLimitExceeded', 'Too many AMI copies in progress. The limit is 50'), 'busy'],
    [awsError('ResourceLimitExceeded', 'You have reached your quota of 5 public images'), 'quota'],
    [awsError('Whatever', '', { $metadata: { httpStatusCode: 502 } }), 'busy'],
    [awsError('ValidationException', '', { Reason: 'INVALID_SNAPSHOT_ID' }), 'taken'],
    [awsError('ValidationException', '', { Reason: 'INVALID_BLOCK' }), 'wrong'],
    [Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'unreachable'],
    [Object.assign(new Error('slow'), { name: 'TimeoutError' }), 'unreachable'],
    [new Error('socket hang up'), 'unreachable'],
    [awsError('InvalidAMIID.NotFound'), 'missing'],
    [awsError('ExpiredTokenException'), 'expired'],
    [Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'unknown-caller'],
    ['text', 'unreachable'],
    [undefined, 'unreachable'],
  ];
  for (const [error, meaning] of cases) assert.equal(classify(error).meaning, meaning, String(error));
});

test('no access key is in a message', () => {
  const { message } = classify(awsError('AuthFailure', `key ${'AKIA'}IOSFODNN7EXAMPLE is unknown`));
  assert.equal(message, 'key *** is unknown');
});

test('whatever is thrown, it becomes one of our errors or is tried again for a bounded time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (thrown) => {
      const clock = createFakeClock(start);
      const { send } = createCaller('eu-west-1', clock);
      await assert.rejects(
        send('CopyImage', async () => {
          throw thrown;
        }),
        (error) => error instanceof AperiodicError && /^CopyImage in eu-west-1 failed/.test(error.message),
      );
      assert.ok(clock.elapsed() <= 10 * 60_000);
    }),
    { numRuns: 50, examples: [[{ toString: 0 }]] },
  );
});

test('a call is tried again while it is worth it, and no longer', async () => {
  const attempt = async (error: Error, names?: 'new', limit?: number) => {
    const clock = createFakeClock(start);
    let calls = 0;
    const run = createCaller('eu-west-1', clock, limit).send(
      'DescribeImages',
      async () => {
        calls += 1;
        throw error;
      },
      names,
    );
    await assert.rejects(run);
    return { calls, minutes: clock.elapsed() / 60_000 };
  };
  assert.equal((await attempt(awsError('UnauthorizedOperation'))).calls, 1);
  assert.equal((await attempt(awsError('InvalidAMIID.NotFound'))).calls, 1);
  const missing = await attempt(awsError('InvalidAMIID.NotFound'), 'new');
  assert.ok(missing.minutes > 3 && missing.minutes <= 4);
  const busy = await attempt(awsError('Throttling'));
  assert.ok(busy.minutes > 9 && busy.minutes <= 10);
  assert.ok((await attempt(awsError('Throttling'), undefined, 30_000)).minutes <= 0.5);
});
