import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agePins, defaultVerdict, drillName, judgeDrill, targetsOfDrill } from '../../scripts/model/drill.ts';
import { timestamp } from '../../scripts/model/timestamp.ts';
import type { Targets } from '../../scripts/model/types.generated.ts';
import { parseYaml } from '../../scripts/model/yaml.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { cloud, startWatchWorld } from '../support/watch-world.ts';

test('an aged package is proposed with the made-up advisory, its dates and its deadline', async (t) => {
  const world = await startWatchWorld(t);
  for (const { branch } of await world.watch()) world.git.merge(branch);
  const path = `releases/${cloud}/pins.amd64.yaml`;
  const { pins, name } = agePins([parseYaml('Pins', world.show('main', path), path)]);
  assert.equal(name, 'alpha');
  world.commit({ [path]: pins.map(renderPins).join('') });
  const start = new Date('2026-11-22T12:00:00Z');
  const judge = judgeDrill(name, start, defaultVerdict);
  const [outcome] = await world.watch({ judge, streams: [cloud] });
  const [fix] = outcome?.updates?.[0]?.fixes ?? [];
  assert.deepEqual(
    [fix?.released.advisory, fix?.released.packages, fix?.released.due, fix?.finding.exploited?.added],
    [
      drillName(start),
      [{ name: 'alpha', architecture: 'amd64', from: '0~drill', to: '1.0-1' }],
      '2026-11-23T00:00:00Z',
      timestamp(start),
    ],
  );
  assert.match(outcome?.title ?? '', /1 security fix, due 2026-11-23/);
  assert.match(fix?.released.title ?? '', /A drill, not a flaw/);
});

test('a release of a drill goes to places of its own, and its notice to the address that was given', () => {
  const real: Targets = {
    mirrors: [
      { id: 'public', keep: 12 },
      { id: 'backup', keep: 3 },
    ],
    registries: [{ id: 'public' }],
    aws: {
      account: '123456789012',
      home: 'eu-central-1',
      regions: [{ id: 'eu-central-1' }],
      pointers: '/real',
      launch: {
        subnet: 'subnet-0123456789abcdef0',
        securityGroup: 'sg-0123456789abcdef0',
        address: 'private',
      },
    },
    notices: {
      prefix: 'REAL',
      from: { name: 'Images', address: 'images@lists.example.org' },
      to: ['announce@lists.example.org'],
      since: '20261201',
    },
    alerts: { from: { address: 'images@lists.example.org' }, to: ['release@lists.example.org'] },
  };
  const drill = targetsOfDrill(real, 'drill@lists.example.org');
  assert.deepEqual(drill, {
    mirrors: [{ id: 'primary', keep: 2 }],
    aws: {
      home: 'eu-central-1',
      regions: [{ id: 'eu-central-1' }],
      pointers: '/real',
      launch: { allowFrom: '0.0.0.0/0', address: 'private' },
    },
    notices: {
      prefix: 'DRILL',
      from: { name: 'Images', address: 'images@lists.example.org' },
      to: ['drill@lists.example.org'],
    },
  });
  assert.deepEqual(targetsOfDrill({ mirrors: [] }, undefined), {
    mirrors: [{ id: 'primary', keep: 2 }],
    notices: { prefix: 'DRILL' },
  });
});
