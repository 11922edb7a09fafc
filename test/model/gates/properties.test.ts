import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Side } from '../../../scripts/model/gates/gate.ts';
import { gates } from '../../../scripts/model/gates/gates.ts';
import { judgeGates } from '../../../scripts/model/gates/judge.ts';
import { defaultGateLimits } from '../../../scripts/model/gates/limits.ts';
import { findViolation } from '../../../scripts/model/schema.ts';

const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const figures = fc.record(
  {
    'used-size': fc.record({ usedMiB: amount }),
    'memory-used': fc.record({ usedMiB: amount }),
    'listening-ports': fc.record({ listening: names }),
    'setuid-files': fc.record({ setuidFiles: names }),
    'kernel-arguments': fc.record({ arguments: names }),
  },
  { requiredKeys: [] },
);
const side: fc.Arbitrary<Side> = fc.record({
  artifacts: fc.uniqueArray(fc.record({ format: fc.constantFrom('qcow2', 'raw.zst'), size: fc.nat() }), {
    selector: ({ format }) => format,
  }),
  packages: fc.nat(500),
  figures,
  bootSeconds: maybe(amount),
  services: maybe(names),
});
const limits = fc.record({
  downloadPercent: amount,
  usedPercent: amount,
  packages: fc.nat(50),
  bootRatio: fc.double({ min: 1, max: 100, noNaN: true }),
  memoryPercent: amount,
});

/** The same release, but worse in every way that gates look at. */
const worsen = (now: Side, more: number): Side => ({
  artifacts: now.artifacts.map(({ format, size }) => ({ format, size: size + more })),
  packages: now.packages + more,
  figures: Object.fromEntries(
    Object.entries(now.figures).map(([check, measured]) => [
      check,
      Object.fromEntries(
        Object.entries(measured).map(([name, value]) => [
          name,
          typeof value === 'number' ? value + more : [...value, `more-${more}`],
        ]),
      ),
    ]),
  ),
  bootSeconds: now.bootSeconds === undefined ? undefined : now.bootSeconds + more,
  services: now.services?.slice(more % 3),
});

test('a worse figure never turns failed into passed', () => {
  fc.assert(
    fc.property(side, side, limits, fc.nat(1000), (previous, now, given, more) => {
      const before = judgeGates({ previous, now }, given);
      const after = judgeGates({ previous, now: worsen(now, more) }, given);
      for (const [index, { result }] of before.entries())
        if (result === 'failed') assert.equal(after[index]?.result, 'failed');
    }),
  );
});

test('a wider limit never turns passed into failed', () => {
  fc.assert(
    fc.property(side, side, limits, fc.nat(100), (previous, now, given, more) => {
      const wider = {
        downloadPercent: given.downloadPercent + more,
        usedPercent: given.usedPercent + more,
        packages: given.packages + more,
        bootRatio: given.bootRatio + more,
        memoryPercent: given.memoryPercent + more,
      };
      const before = judgeGates({ previous, now }, given);
      const after = judgeGates({ previous, now }, wider);
      for (const [index, { result }] of before.entries())
        if (result === 'passed') assert.equal(after[index]?.result, 'passed');
    }),
  );
});

test('a line covers exactly its gate, and the results are valid', () => {
  fc.assert(
    fc.property(side, side, fc.constantFrom(...gates.map(({ id }) => id)), (previous, now, gate) => {
      const plain = judgeGates({ previous, now }, defaultGateLimits);
      const covered = judgeGates({ previous, now }, defaultGateLimits, [{ gate, reason: 'because' }]);
      for (const [index, result] of covered.entries()) {
        assert.equal(findViolation('GateResult', result), undefined);
        const was = plain[index];
        if (result.id !== gate || was?.result !== 'failed') assert.deepEqual(result, was);
        else assert.deepEqual(result, { ...was, result: 'accepted', reason: 'because' });
      }
    }),
  );
});

test('the same release is within every limit', () => {
  fc.assert(
    fc.property(side, limits, (one, given) => {
      for (const { id, result } of judgeGates({ previous: one, now: one }, given))
        assert.notEqual(result, 'failed', id);
    }),
  );
});
