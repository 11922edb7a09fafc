import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPolicy, isAllowed, matches, type PolicyDocument } from '../../scripts/localcloud/policy.ts';

const IN_IRELAND = new Map([['aws:requestedregion', 'eu-west-1']]);

function allows(policy: PolicyDocument, action: string, resource?: string): boolean {
  return isAllowed(policy, { action, resource, context: IN_IRELAND });
}

describe('policy', () => {
  test('wildcards match as a regular expression does', () => {
    const letter = fc.constantFrom('a', 'b', '*', '?');
    fc.assert(
      fc.property(
        fc.array(letter, { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }),
        (p, t) => {
          const expected = new RegExp(`^${p.join('').replaceAll('*', '.*').replaceAll('?', '.')}$`).test(
            t.join(''),
          );
          assert.equal(matches(p.join(''), t.join('')), expected);
        },
      ),
    );
  });

  test('nothing is allowed unless said, and a Deny wins', () => {
    const policy: PolicyDocument = {
      Statement: [
        { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
        { Effect: 'Deny', Action: 'ec2:DescribeImages', Resource: '*' },
      ],
    };
    assert.equal(allows(policy, 'ec2:DescribeSnapshots'), true);
    assert.equal(allows(policy, 'EC2:describesnapshots'), true);
    assert.equal(allows(policy, 'ec2:DescribeImages'), false);
    assert.equal(allows(policy, 'ec2:CopyImage'), false);
    assert.equal(allows({ Statement: [] }, 'ec2:CopyImage'), false);
  });

  test('resources and regions narrow', () => {
    const policy: PolicyDocument = {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['ssm:PutParameter'],
          Resource: ['arn:aws:ssm:*:123456789012:parameter/ours/*'],
          Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
        },
      ],
    };
    assert.equal(
      allows(policy, 'ssm:PutParameter', 'arn:aws:ssm:eu-west-1:123456789012:parameter/ours/x'),
      true,
    );
    assert.equal(
      allows(policy, 'ssm:PutParameter', 'arn:aws:ssm:eu-west-1:123456789012:parameter/other'),
      false,
    );
    const elsewhere = {
      action: 'ssm:PutParameter',
      resource: undefined,
      context: new Map([['aws:requestedregion', 'x']]),
    };
    assert.equal(isAllowed(policy, elsewhere), false);
  });

  test('a condition that cannot be judged is refused, not ignored', () => {
    const of = (operator: string, key: string): PolicyDocument => ({
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { [key]: 'x' } } }],
    });
    checkPolicy(of('StringEquals', 'aws:ResourceTag/stream'));
    assert.throws(() => checkPolicy(of('StringEquals', 'aws:SourceIp')), { code: 'unsupported' });
    assert.throws(() => checkPolicy(of('DateLessThan', 'aws:RequestedRegion')), { code: 'unsupported' });
  });
});
