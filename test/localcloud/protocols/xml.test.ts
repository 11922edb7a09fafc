import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateTagsCommand, DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { escapeText, renderEc2, renderEc2Error } from '../../../scripts/localcloud/protocols/xml.ts';
import { clientsFor } from '../support/clients.ts';
import { useCloud } from '../support/cloud.ts';
import { makeSnapshot } from '../support/snapshots.ts';

describe('XML', () => {
  const cloud = useCloud();

  test('an answer has its members beside the id of the request', () => {
    const xml = renderEc2('DescribeThings', 'r-1', {
      thingSet: [{ a: 1, b: undefined }, { a: 2 }],
      ok: true,
    });
    assert.equal(
      xml,
      '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeThingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
        '<requestId>r-1</requestId><thingSet><item><a>1</a></item><item><a>2</a></item></thingSet><ok>true</ok>' +
        '</DescribeThingsResponse>',
    );
  });

  test('an error has a code and a message', () => {
    assert.match(
      renderEc2Error('Bad', 'a < b', 'r-1'),
      /<Response><Errors><Error><Code>Bad<\/Code><Message>a &lt; b<\/Message><\/Error><\/Errors><RequestID>r-1<\/RequestID><\/Response>$/,
    );
  });

  test('text never leaves its element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(escapeText(text), /[<>"']|&(?!(amp|lt|gt|quot|apos|#\d+);)|\p{Surrogate}/u);
      }),
    );
  });

  test('tags of any text come back through the whole way', async () => {
    const clients = clientsFor(cloud().endpoint, 'eu-west-1');
    const id = await makeSnapshot(clients);
    // XML cannot hold other control characters; the SDK's parser trims nothing else.
    const text = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .filter((one) => !/^\s|\s$|[\p{Cc}\u2028]/u.test(one));
    await fc.assert(
      fc.asyncProperty(text, async (Value) => {
        await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'text', Value }] }));
        const { Snapshots = [] } = await clients.ec2.send(
          new DescribeSnapshotsCommand({ SnapshotIds: [id] }),
        );
        assert.equal(Snapshots[0]?.Tags?.[0]?.Value, Value);
      }),
      { numRuns: 40 },
    );
    clients.close();
  });
});
