import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  describeAcceptance,
  describeFailedGates,
  describeGate,
} from '../../../scripts/model/gates/describe.ts';
import type { Side } from '../../../scripts/model/gates/gate.ts';
import { gates } from '../../../scripts/model/gates/gates.ts';
import { judgeGates, unneededAcceptances } from '../../../scripts/model/gates/judge.ts';
import { defaultGateLimits, gateLimits } from '../../../scripts/model/gates/limits.ts';
import { findViolation } from '../../../scripts/model/schema.ts';
import type { GateResult } from '../../../scripts/model/types.generated.ts';
import { assertGolden } from '../../support/golden.ts';
import { makeSide, mib } from './sides.ts';

const judge = (now: Partial<Side>, previous: Partial<Side> = {}) =>
  judgeGates({ previous: makeSide(previous), now: makeSide(now) }, defaultGateLimits);
const resultOf = (results: readonly GateResult[], id: string) =>
  results.find((gate) => gate.id === id) ?? assert.fail(`no gate ${id}`);
const failing = (results: readonly GateResult[]) =>
  results.filter(({ result }) => result === 'failed').map(({ id }) => id);

test('an image like the one before passes every gate', () => {
  const results = judge({});
  assert.deepEqual(
    results.map(({ id, result }) => [id, result]),
    gates.map(({ id }) => [id, 'passed']),
  );
});

test('the schema knows the gates that there are, and no other', () => {
  for (const { id } of gates) assert.equal(findViolation('GateId', id), undefined);
  assert.notEqual(findViolation('GateId', 'no-such-gate'), undefined);
  const used = new Set(gates.map(({ id }) => id));
  assert.equal(used.size, gates.length);
  const message = findViolation('Acceptance', { gate: 'speed', reason: 'x' })?.message ?? '';
  assert.deepEqual(message.replace('must be one of ', '').split(', ').sort(), [...used].sort());
});

test('each property that grew beyond its limit fails its own gate only', () => {
  const { figures } = makeSide();
  const cases: [string, Partial<Side>][] = [
    ['download-size', { artifacts: [{ format: 'qcow2', size: 182 * mib }] }],
    ['used-size', { figures: { ...figures, 'used-size': { usedMiB: 826 } } }],
    ['packages', { packages: 216 }],
    ['boot-time', { bootSeconds: 150.1 }],
    ['memory', { figures: { ...figures, 'memory-used': { usedMiB: 185 } } }],
    ['listening-ports', { figures: { ...figures, 'listening-ports': { listening: ['tcp 22', 'tcp 25'] } } }],
    ['setuid-files', { figures: { ...figures, 'setuid-files': { setuidFiles: ['/usr/bin/pkexec'] } } }],
    [
      'kernel-command-line',
      { figures: { ...figures, 'kernel-arguments': { arguments: ['mitigations=off'] } } },
    ],
    ['services', { services: ['ssh.service'] }],
  ];
  assert.deepEqual(cases.map(([id]) => id).sort(), gates.map(({ id }) => id).sort());
  for (const [id, change] of cases) assert.deepEqual(failing(judge(change)), [id]);
});

test('at the limit it passes', () => {
  const { figures } = makeSide();
  const results = judge({
    packages: 215,
    bootSeconds: 150,
    artifacts: [{ format: 'qcow2', size: 181.5 * mib }],
    figures: { ...figures, 'used-size': { usedMiB: 825 }, 'memory-used': { usedMiB: 184 } },
  });
  assert.deepEqual(failing(results), []);
});

test('the format that grew most is the one that is told', () => {
  const artifacts = [
    { format: 'qcow2', size: 180 * mib },
    { format: 'raw.zst', size: 150 * mib },
  ];
  const gate = resultOf(judge({ artifacts }), 'download-size');
  assert.deepEqual(gate, {
    id: 'download-size',
    result: 'failed',
    subject: 'raw.zst',
    previous: 125,
    now: 150,
    limit: 137.5,
  });
});

test('what went is reported, and is no reason to fail but for services', () => {
  const { figures } = makeSide();
  const gone = judge({ figures: { ...figures, 'setuid-files': { setuidFiles: ['/usr/bin/sudo'] } } });
  assert.deepEqual(resultOf(gone, 'setuid-files'), {
    id: 'setuid-files',
    result: 'passed',
    previous: 2,
    now: 1,
    removed: ['/usr/bin/mount'],
  });
  const more = judge({ services: ['cron.service', 'ssh.service', 'chrony.service'] });
  assert.deepEqual(resultOf(more, 'services').added, ['chrony.service']);
  assert.deepEqual(failing(more), []);
});

test('a figure that one side lacks makes a gate not comparable, never a failure', () => {
  for (const changes of [{ figures: {}, bootSeconds: undefined, services: undefined }]) {
    for (const results of [judge({}, changes), judge(changes)]) {
      assert.deepEqual(failing(results), []);
      const silent = results.filter(({ result }) => result === 'not-comparable').map(({ id }) => id);
      assert.equal(silent.length, gates.length - 2, 'sizes of files and packages are always there');
      for (const id of silent) assert.equal(findViolation('GateResult', resultOf(results, id)), undefined);
    }
  }
  const other = judge({ artifacts: [{ format: 'vhd', size: 1 }] });
  assert.equal(resultOf(other, 'download-size').result, 'not-comparable');
  const strange = judge({}, { figures: { 'used-size': { usedMiB: ['a', 'list'] } } });
  assert.equal(resultOf(strange, 'used-size').result, 'not-comparable');
});

test('a stream says its own limits, and the others stay', () => {
  assert.deepEqual(gateLimits({ packages: 0 }), { ...defaultGateLimits, packages: 0 });
  assert.deepEqual(gateLimits(undefined), defaultGateLimits);
  const sides = { previous: makeSide(), now: makeSide({ packages: 206 }) };
  assert.deepEqual(failing(judgeGates(sides, gateLimits({ packages: 0 }))), ['packages']);
});

test('an accepted gate keeps its figures and says why; a line that no gate needed is told', () => {
  const accepted = [
    { gate: 'packages' as const, reason: 'The new tools were asked for' },
    { gate: 'memory' as const, reason: 'Not true any more' },
  ];
  const sides = { previous: makeSide(), now: makeSide({ packages: 230 }) };
  const results = judgeGates(sides, defaultGateLimits, accepted);
  assert.deepEqual(resultOf(results, 'packages'), {
    id: 'packages',
    result: 'accepted',
    previous: 205,
    now: 230,
    limit: 215,
    reason: 'The new tools were asked for',
  });
  assert.equal(resultOf(results, 'memory').result, 'passed');
  assert.deepEqual(unneededAcceptances(results, accepted), ['memory']);
  assert.deepEqual(unneededAcceptances([], accepted), ['packages', 'memory']);
});

test('what is said of gates, and the lines to add', () => {
  const { figures } = makeSide();
  const results = judge(
    {
      packages: 230,
      bootSeconds: undefined,
      services: ['ssh.service'],
      artifacts: [{ format: 'qcow2', size: 200 * mib }],
      figures: {
        ...figures,
        'setuid-files': { setuidFiles: Array.from({ length: 25 }, (_, i) => `/bin/s${i + 10}`) },
      },
    },
    { figures: { ...figures, 'memory-used': {} } },
  );
  const failed = results.filter(({ result }) => result === 'failed');
  const text = [
    ...results.map((gate) => describeGate(gate)),
    '',
    describeFailedGates(failed),
    '',
    describeAcceptance('testix-1/cloud-base', '20261122.0', failed),
  ].join('\n');
  const golden = path.join(path.dirname(fileURLToPath(import.meta.url)), 'golden', 'told.txt');
  assertGolden(golden, text);
});
