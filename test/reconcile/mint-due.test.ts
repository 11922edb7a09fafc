import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mintDue } from '../../scripts/reconcile.ts';
import { createFakeForge } from '../support/fake-forge.ts';
import { createFakeLog } from '../support/fake-log.ts';
import { folder, load, makeFiles, streamId } from '../support/fake-ports-repository.ts';
import { first, makeWorld } from './world.ts';

const other = 'testix-1/docker-host';
const both = { streams: [streamId, other] };

describe('minting what is due', () => {
  it('commits a release file for each stream, and nothing the second time', async () => {
    const forge = createFakeForge(makeFiles(both));
    const ports = { forge, log: createFakeLog() };
    const outcomes = await mintDue(ports, { load });
    assert.deepEqual(
      outcomes.map(({ stream, minted, plan }) => [stream, minted, plan.action.kind]),
      [
        [streamId, `${folder}/${first}.yaml`, 'release'],
        [other, `releases/${other}/${first}.yaml`, 'release'],
      ],
    );
    assert.equal(forge.messages.length, 2);
    const again = await mintDue(ports, { load });
    assert.deepEqual(
      again.map(({ minted }) => minted),
      [undefined, undefined],
    );
    assert.equal(forge.messages.length, 2);
  });

  it('goes on past a stream that is blocked or retired', async () => {
    const files = makeFiles({ streams: [streamId, other, 'testix-1/old'] });
    files[`${folder}/pins.amd64.yaml`] = 'broken: true\n';
    files['releases/testix-1/old/stream.yaml'] += 'retired: {reason: Old, at: 2026-01-01T00:00:00Z}\n';
    const forge = createFakeForge(files);
    const outcomes = await mintDue({ forge, log: createFakeLog() }, { load });
    assert.deepEqual(
      outcomes.map(({ plan, minted }) => [plan.action.kind, minted !== undefined]),
      [
        ['blocked', false],
        ['release', true],
        ['retired', false],
      ],
    );
  });

  it('is for the streams that are named', async () => {
    const forge = createFakeForge(makeFiles(both));
    await mintDue({ forge, log: createFakeLog() }, { load, streams: [other] });
    assert.deepEqual(forge.messages.length, 1);
    await assert.rejects(mintDue({ forge, log: createFakeLog() }, { load, streams: ['no/such'] }), {
      code: 'not-found',
    });
  });
});

describe('reconcile without building', () => {
  it('leaves to others what is to be built, and writes no release file for it', async (t) => {
    const { forge, run } = await makeWorld(t);
    const outcomes = await run({ withoutBuild: true });
    assert.deepEqual(
      outcomes.map(({ plan, error, recorded }) => [plan.action.kind, error, recorded]),
      [['mint', undefined, undefined]],
    );
    assert.deepEqual(forge.messages, []);
    await run();
    assert.deepEqual(
      (await run({ withoutBuild: true })).map(({ plan }) => plan.action.kind),
      ['nothing'],
    );
  });
});
