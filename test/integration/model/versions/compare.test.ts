import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { versionOrder } from '../../../../scripts/model/versions/compare.ts';
import { compareDebVersions } from '../../../../scripts/model/versions/deb.ts';
import { compareRpmVersions } from '../../../../scripts/model/versions/rpm.ts';
import { debPairs, rpmPairs } from '../../../support/package-versions.ts';

const judge = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../support/package-versions.py');

/** What the distribution's own library says of each pair: -1, 0 or 1. */
function ask(kind: 'deb' | 'rpm', pairs: readonly (readonly [string, string])[]): unknown {
  const text = execFileSync('/usr/bin/python3', ['-I', '-B', judge, kind], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(text);
}

function disagreements(kind: 'deb' | 'rpm', pairs: readonly (readonly [string, string])[]): unknown[] {
  const compare = versionOrder(kind);
  const theirs = ask(kind, pairs);
  assert.ok(Array.isArray(theirs) && theirs.length === pairs.length);
  for (const answer of [-1, 0, 1])
    assert.ok(theirs.filter((one) => one === answer).length > 100, 'all kinds of pairs');
  return pairs.flatMap(([a, b], index) => {
    const ours = Math.sign(compare(a, b));
    return ours === theirs[index] && Math.sign(compare(b, a)) === 0 - ours
      ? []
      : [[a, b, ours, theirs[index]]];
  });
}

test('10,000 pairs of versions are ordered as apt orders them', () => {
  assert.deepEqual(disagreements('deb', fc.sample(debPairs, 10_000)), []);
});

test('10,000 pairs of versions are ordered as rpm orders them', () => {
  assert.deepEqual(disagreements('rpm', fc.sample(rpmPairs, 10_000)), []);
});

test('versions that taught others', () => {
  const deb: [string, string][] = [
    ['1.0~rc1', '1.0'],
    ['1.0', '1.0+deb12u1'],
    ['1.0-1', '1.0-1+b1'],
    ['9:1', '10:0'],
    ['1.0~~', '1.0~'],
    ['1.0-9', '1.0-10'],
    ['3.0.9-1~deb12u1', '3.0.9-1'],
  ];
  for (const [older, newer] of deb) {
    assert.ok(compareDebVersions(older, newer) < 0, `${older} < ${newer}`);
    assert.ok(compareDebVersions(newer, older) > 0, `${newer} > ${older}`);
  }
  for (const [a, b] of [
    ['1.0', '1.0-0'],
    ['0:1', '1'],
    ['1.01', '1.1'],
  ] as const) {
    assert.equal(compareDebVersions(a, b), 0, `${a} = ${b}`);
  }
  const rpm: [string, string][] = [
    ['1.0~rc1-1', '1.0-1'],
    ['1.0-1', '1.0^git1-1'],
    ['1.0^git1-1', '1.0.1-1'],
    ['1.9-1', '1:1.0-1'],
    ['1.a-1', '1.1-1'],
    ['2-8.p5.el10', '2-8.p5.el10_0.2'],
    ['1.0', '1.0-1'],
  ];
  for (const [older, newer] of rpm) {
    assert.ok(compareRpmVersions(older, newer) < 0, `${older} < ${newer}`);
    assert.ok(compareRpmVersions(newer, older) > 0, `${newer} > ${older}`);
  }
  assert.equal(compareRpmVersions('0:1.0_2-1', '1.0.2-1'), 0);
});
