/** However a kickstart is spelled, pykickstart's answer is the same; whatever is in it, an error names a line of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createKickstartParser } from '../../../../scripts/adapters/kickstart/parser.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { flattenKickstart } from '../../../../scripts/model/kickstart/flatten.ts';
import { reviewKickstart } from '../../../../scripts/model/kickstart/interpret.ts';
import type { KickstartCommand, ParsedKickstart } from '../../../../scripts/model/types.generated.ts';
import { pythonOfCheckout } from '../../../support/python.ts';

const parser = createKickstartParser({ python: pythonOfCheckout() });

type Given = Pick<KickstartCommand, 'name' | 'arguments' | 'options'>;
const plain = fc.stringMatching(/^[A-Za-z][A-Za-z0-9._/-]{0,11}$/);
/** With what a shell would take for something else. */
const odd = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 #=,$(){};&|%@-]{0,15}$/);
const size = fc.integer({ min: 1, max: 1_000_000 });

/** Commands with options that take one word, one number or none. */
const command: fc.Arbitrary<Given> = fc.oneof(
  fc.record({ append: odd, timeout: size }).map(({ append, timeout }) => ({
    name: 'bootloader',
    arguments: [],
    options: { '--append': append, '--timeout': timeout },
  })),
  fc.record({ size, label: odd, options: odd }).map(({ size: sizeMiB, label, options }) => ({
    name: 'part',
    arguments: ['/'],
    options: { '--size': sizeMiB, '--label': label, '--mkfsoptions': options, '--grow': true },
  })),
  fc.record({ name: plain, gecos: odd }).map(({ name, gecos }) => ({
    name: 'user',
    arguments: [],
    options: { '--name': name, '--gecos': gecos, '--lock': true },
  })),
  plain.map((zone) => ({ name: 'timezone', arguments: [zone], options: { '--utc': true } })),
);

interface Spelling {
  equals: boolean;
  quote: '"' | "'" | '';
  cut: boolean;
  comment: boolean;
  gap: string;
}
const spelling: fc.Arbitrary<Spelling> = fc.record({
  equals: fc.boolean(),
  quote: fc.constantFrom('"', "'", ''),
  cut: fc.boolean(),
  comment: fc.boolean(),
  gap: fc.constantFrom(' ', '  ', '\t'),
});

/** Options by a start of theirs that no other option of the command has. */
const short: Record<string, string> = {
  '--append': '--app',
  '--timeout': '--time',
  '--size': '--siz',
  '--label': '--lab',
  '--mkfsoptions': '--mkfs',
  '--grow': '--gr',
  '--gecos': '--gec',
  '--lock': '--loc',
};

function spell({ name, arguments: words, options }: Given, how: Spelling): string {
  const needsQuotes = (text: string) => !/^[A-Za-z0-9._/-]+$/.test(text);
  const quoted = (text: string) => {
    const mark = how.quote === '' && needsQuotes(text) ? "'" : how.quote;
    return mark === '"' ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `${mark}${text}${mark}`;
  };
  const parts = Object.entries(options).map(([option, value]) => {
    const shown = how.cut ? (short[option] ?? option) : option;
    return value === true ? shown : `${shown}${how.equals ? '=' : how.gap}${quoted(String(value))}`;
  });
  return `${[name, ...words, ...parts].join(how.gap)}${how.comment ? `${how.gap}# "a comment` : ''}`;
}

test('options in full or cut short, with = or a blank, quoted or not, before a comment: the same commands', async () => {
  const lines = fc.array(fc.tuple(command, spelling), { minLength: 30, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(lines, async (given) => {
      const text = given.map(([line, how]) => spell(line, how)).join('\n');
      const { commands } = await parse(text);
      assert.deepEqual(
        commands.map(({ name, arguments: words, options }) => ({ name, arguments: words, options })),
        given.map(([line]) => line),
      );
    }),
    { numRuns: 5 },
  );
});

const fragment = fc.oneof(
  fc.tuple(command, spelling).map(([line, how]) => spell(line, how)),
  fc.constantFrom(
    '%packages',
    '%end',
    '%post --log=/a',
    '%pre',
    '@core --optional',
    '-a*',
    '%addon x --disable',
    'install',
  ),
  fc.constantFrom(
    'part / --size=x',
    'lang "a',
    'auth --x',
    'user',
    '--help',
    'url --url',
    '#',
    '\\',
    'raid / --device=a',
  ),
  fc.string({ maxLength: 30, unit: 'grapheme-ascii' }),
);

test('any text is understood or is an error at one of its lines, and says nothing of the machine', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fragment, { minLength: 1, maxLength: 12 }), async (texts) => {
      const text = texts.join('\n');
      try {
        const lines = await flattenKickstart('k.ks', async () => text);
        const parsed = await parser.parse(lines);
        assert.ok(reviewKickstart(parsed, lines, { payload: 'deb', repositories: [] }).findings.length > 0);
      } catch (error) {
        assert.ok(error instanceof AperiodicError, String(error));
        assert.ok(['invalid', 'unsupported', 'not-found'].includes(error.code), error.located);
        assert.ok(error.file === 'k.ks' && error.line !== undefined, error.located);
        assert.ok(error.line >= 1 && error.line <= text.split('\n').length, error.located);
        assert.doesNotMatch(error.message, /Traceback|\.py\b|site-packages/);
      }
    }),
    { numRuns: 8 },
  );
});

async function parse(text: string): Promise<ParsedKickstart> {
  return parser.parse(await flattenKickstart('k.ks', async () => text));
}
