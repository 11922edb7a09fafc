import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { errorOf } from '../support/clients.ts';
import { makeImage, makeSnapshot } from '../support/snapshots.ts';
import { useTarget } from '../support/target.ts';

describe('contract: parameters', () => {
  const target = useTarget();

  function put(Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}) {
    return target().here.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));
  }

  test('a parameter is made once, and overwritten only when asked for', async () => {
    const { here, unique } = target();
    const Name = `/contract/${unique}/one`;
    assert.equal((await put(Name, 'a')).Version, 1);
    assert.equal(await errorOf(put(Name, 'b')), 'ParameterAlreadyExists');
    assert.equal((await put(Name, 'b', { Overwrite: true })).Version, 2);
    const { Parameter } = await here.ssm.send(new GetParameterCommand({ Name }));
    assert.equal(Parameter?.Value, 'b');
    assert.equal(Parameter?.Version, 2);
    assert.equal(Parameter?.Type, 'String');
    assert.equal(Parameter?.DataType, 'text');
    assert.match(Parameter?.ARN ?? '', new RegExp(`^arn:aws:ssm:eu-west-1:\\d{12}:parameter${Name}$`));
    assert.ok(Parameter?.LastModifiedDate instanceof Date);
    await here.ssm.send(new DeleteParameterCommand({ Name }));
    assert.equal(await errorOf(here.ssm.send(new GetParameterCommand({ Name }))), 'ParameterNotFound');
    assert.equal(await errorOf(here.ssm.send(new DeleteParameterCommand({ Name }))), 'ParameterNotFound');
  });

  test('many at once: known ones, and the names of the others', async () => {
    const { here, unique } = target();
    const [one, other] = [`/contract/${unique}/known`, `/contract/${unique}/unknown`];
    await put(one, 'x');
    const got = await here.ssm.send(new GetParametersCommand({ Names: [one, other] }));
    assert.deepEqual(
      got.Parameters?.map((parameter) => parameter.Name),
      [one],
    );
    assert.deepEqual(got.InvalidParameters, [other]);
  });

  test('a path gives its level, or all below it, in pages', async () => {
    const { here, unique } = target();
    const Path = `/contract/${unique}/tree`;
    for (const name of ['a', 'b', 'c', 'deep/d']) await put(`${Path}/${name}`, name);
    const level = await here.ssm.send(new GetParametersByPathCommand({ Path }));
    assert.deepEqual(level.Parameters?.map((one) => one.Value).sort(), ['a', 'b', 'c']);
    const all: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await here.ssm.send(
        new GetParametersByPathCommand({ Path, Recursive: true, MaxResults: 3, NextToken }),
      );
      all.push(...(page.Parameters ?? []).map((one) => one.Value));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(all.sort(), ['a', 'b', 'c', 'deep/d']);
  });

  test('an image parameter takes the id of an image', async () => {
    const { here, unique } = target();
    const Name = `/contract/${unique}/image`;
    const id = await makeImage(here, `contract parameter ${unique}`, await makeSnapshot(here));
    await put(Name, id, { DataType: 'aws:ec2:image' });
    const { Parameter } = await here.ssm.send(new GetParameterCommand({ Name }));
    assert.equal(Parameter?.Value, id);
    assert.equal(Parameter?.DataType, 'aws:ec2:image');
  });

  test('tags at creation and later; not together with overwrite', async () => {
    const { here, unique } = target();
    const Name = `/contract/${unique}/tagged`;
    const Tags = [{ Key: 'stream', Value: 'test' }];
    await put(Name, 'x', { Tags });
    await here.ssm.send(
      new AddTagsToResourceCommand({
        ResourceType: 'Parameter',
        ResourceId: Name,
        Tags: [{ Key: 'more', Value: 'y' }],
      }),
    );
    const { TagList = [] } = await here.ssm.send(
      new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: Name }),
    );
    assert.deepEqual(
      new Set(TagList.map((tag) => `${tag.Key}=${tag.Value}`)),
      new Set(['stream=test', 'more=y']),
    );
    assert.equal(await errorOf(put(Name, 'z', { Tags, Overwrite: true })), 'ValidationException');
  });

  test('names that Parameter Store does not take are refused', async () => {
    assert.equal(await errorOf(put('/aws/mine', 'x')), 'AccessDeniedException');
    assert.equal(await errorOf(put('ssm-mine', 'x')), 'ValidationException');
    assert.equal(await errorOf(put('a/b', 'x')), 'ValidationException');
    assert.equal(await errorOf(put('/with space', 'x')), 'ValidationException');
    assert.equal(await errorOf(put(`/${'a/'.repeat(16)}b`, 'x')), 'HierarchyLevelLimitExceededException');
  });
});
