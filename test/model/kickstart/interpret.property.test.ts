/** Whatever pykickstart hands over: no line is passed over in silence, and an image is only made when nothing is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { summarizeKickstart } from '../../../scripts/model/kickstart/summary.ts';
import { commandSupport, sectionSupport } from '../../../scripts/model/kickstart/support.ts';
import { disk, type Line, type Options, parsedOf, review } from './commands.ts';

const word = fc.oneof(
  fc.constantFrom('', 'us', '/', 'biosboot', 'Etc/UTC', 'C.UTF-8', 'a', 'ssh', '80:tcp', '__proto__', '--x'),
  fc.string({ maxLength: 12, unit: 'binary' }),
);
const value = fc.oneof(
  word,
  fc.constant(true),
  fc.constant(null),
  fc.integer({ min: -10, max: 3000 }),
  fc.array(word, { maxLength: 3 }),
);
const optionsOf = (names: readonly string[]): fc.Arbitrary<Options> =>
  fc.array(fc.tuple(fc.constantFrom('--unknown', ...names), value), { maxLength: 4 }).map(Object.fromEntries);

const command: fc.Arbitrary<Line> = fc
  .constantFrom('nonsense', ...Object.keys(commandSupport))
  .chain((name) =>
    fc.record({
      name: fc.constant(name),
      arguments: fc.array(word, { maxLength: 2 }),
      options: optionsOf(Object.keys(commandSupport[name]?.options ?? {})),
    }),
  );
const entry = fc.oneof(
  fc.constantFrom('bash', '-bash', '@core', '-@core', '@^e', 'a*', '-*-firmware', 'firewalld'),
  word.filter((text) => text !== ''),
);
const section: fc.Arbitrary<Line> = fc.oneof(
  fc.record({
    packages: fc.array(entry, { maxLength: 5 }),
    options: optionsOf(Object.keys(sectionSupport['%packages']?.options ?? {})),
  }),
  fc.record({ script: fc.constantFrom('%post', '%pre', '%onerror'), body: fc.constantFrom('', 'true\n') }),
  fc.record({
    header: fc.array(fc.constantFrom('%addon', '%anaconda', 'com_redhat_kdump', '--disable'), {
      minLength: 1,
    }),
  }),
);
const kickstart = fc
  .tuple(fc.array(fc.oneof({ weight: 3, arbitrary: command }, section), { maxLength: 8 }), fc.boolean())
  .map(([lines, complete]): Line[] => (complete ? [...disk, { packages: ['bash'] }, ...lines] : lines));

test('each line has a finding, and there is an image only where nothing is refused', () => {
  fc.assert(
    fc.property(kickstart, (given) => {
      const { findings, spec } = review(given);
      const seen = new Set(findings.map(({ origin }) => origin.line));
      const { parsed, lines } = parsedOf(given);
      for (const { line } of [...parsed.commands, ...parsed.scripts, ...parsed.sections]) {
        assert.ok(seen.has(line + 100), `${JSON.stringify(given)}: line ${line} is passed over`);
      }
      for (const { line } of parsed.packages?.entries ?? []) assert.ok(seen.has(line + 100));
      const refused = findings.some(({ standing }) => standing === 'refused');
      assert.equal(spec === undefined, refused);
      for (const { reason, what } of findings) assert.ok(reason !== '' && !/[\n\r\0]/.test(reason + what));
      const summary = summarizeKickstart(parsed, lines);
      const entries = new Set(parsed.packages?.entries.map(({ kind, name }) => `${kind} ${name}`));
      const counted = [
        summary.packages,
        summary.excludedPackages,
        summary.groups,
        summary.excludedGroups,
        summary.environments,
      ];
      const excludedEnvironments = [...entries].filter((name) => name.startsWith('environment '));
      assert.ok(counted.flat().length >= entries.size - excludedEnvironments.length);
      assert.equal(summary.scripts.length, parsed.scripts.length);
    }),
    { numRuns: 400 },
  );
});

test('an image does not depend on the order of lines that stand for themselves', () => {
  const independent: Line[] = [
    { name: 'lang', arguments: ['C.UTF-8'], options: {} },
    { name: 'timezone', arguments: ['Europe/Berlin'], options: {} },
    { name: 'services', arguments: [], options: { '--enabled': ['a', 'b'] } },
    { name: 'services', arguments: [], options: { '--disabled': ['c'] } },
    { name: 'group', arguments: [], options: { '--name': 'g' } },
    { name: 'firewall', arguments: [], options: { '--enable': true, '--port': ['80:tcp'] } },
    { name: 'timesource', arguments: [], options: { '--ntp-disable': true } },
    { packages: ['firewalld', 'bash', '-nano'] },
  ];
  const strip = (lines: Line[]) => {
    const { spec } = review([...disk, ...lines]);
    assert.ok(spec !== undefined);
    return JSON.stringify(spec, (key, part: unknown) => (/[oO]rigins?$/.test(key) ? undefined : part));
  };
  const expected = strip(independent);
  fc.assert(
    fc.property(fc.shuffledSubarray(independent, { minLength: independent.length }), (shuffled) => {
      assert.equal(strip(shuffled), expected);
    }),
    { numRuns: 100 },
  );
});
