import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKickstartParser } from '../../../../scripts/adapters/kickstart/parser.ts';
import { pythonOfCheckout } from '../../../support/python.ts';

const parser = createKickstartParser({ python: pythonOfCheckout() });
const linesOf = (...texts: string[]) => texts.map((text, i) => ({ text, file: 'k.ks', line: i + 1 }));

test('a line of an older syntax is told with its syntax, and the others are read', async () => {
  const { commands } = await parser.parse(
    linesOf('install', 'auth --passalgo=sha512', 'logging --level=info', 'text', 'part / --size=1', 'vnc'),
  );
  assert.deepEqual(
    commands.map(({ name, olderSyntax, options }) => [name, olderSyntax, options]),
    [
      ['install', 'RHEL8', {}],
      ['auth', 'RHEL9', {}],
      ['logging', 'RHEL9', {}],
      ['text', undefined, {}],
      ['part', undefined, { '--size': 1 }],
      ['vnc', 'RHEL9', {}],
    ],
  );
  await assert.rejects(parser.parse(linesOf('part / --size=1', 'autopart')), /at the same time/);
});

test('options of groups are kept apart from their names', async () => {
  const { packages } = await parser.parse(
    linesOf('%packages', '@core # c', '@a b --nodefaults', '@c --optional', '-@d', '@^e-environment', '%end'),
  );
  assert.deepEqual(packages?.entries, [
    { line: 2, kind: 'group', name: 'core', excluded: false },
    { line: 3, kind: 'group', name: 'a b', excluded: false, mandatoryOnly: true },
    { line: 4, kind: 'group', name: 'c', excluded: false, optional: true },
    { line: 5, kind: 'group', name: 'd', excluded: true },
    { line: 6, kind: 'environment', name: 'e-environment', excluded: false },
  ]);
});
