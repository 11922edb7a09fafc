/** Kickstarts as people write them: what pykickstart makes of them, and what becomes of each line. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createKickstartParser } from '../../../../scripts/adapters/kickstart/parser.ts';
import { AperiodicError } from '../../../../scripts/model/errors.ts';
import { flattenKickstart } from '../../../../scripts/model/kickstart/flatten.ts';
import { reviewKickstart } from '../../../../scripts/model/kickstart/interpret.ts';
import { summarizeKickstart } from '../../../../scripts/model/kickstart/summary.ts';
import { runCli } from '../../../support/cli.ts';
import { assertGolden } from '../../../support/golden.ts';
import { pythonOfCheckout } from '../../../support/python.ts';

const folder = fileURLToPath(new URL('./corpus/', import.meta.url));
const kickstarts = readdirSync(folder).filter((name) => name.endsWith('.ks') && !name.startsWith('part-'));
const parser = createKickstartParser({ python: pythonOfCheckout() });
const read = (name: string) => readFile(path.join(folder, name), 'utf8').catch(() => undefined);

for (const name of kickstarts) {
  test(`${name}: a summary, and each line honoured, ignored or refused`, async () => {
    const leftOut: string[] = [];
    const lines = await flattenKickstart(name, read, ({ file, line }, what, why) =>
      leftOut.push(`${file}:${line}: refused: %include ${what}: ${why}`),
    );
    const parsed = await parser.parse(lines);
    const payload = name === 'server.ks' ? 'deb' : 'rpm';
    const { findings, spec } = reviewKickstart(parsed, lines, { payload, repositories: [] });
    const said = findings.map(
      ({ origin, standing, what, reason }) =>
        `${origin.file}:${origin.line}: ${standing}: ${what}: ${reason}`,
    );
    const summary = summarizeKickstart(parsed, lines);
    const all = { summary, said: [...leftOut, ...said], spec: spec ?? null };
    assertGolden(path.join(folder, 'golden', `${name}.json`), `${JSON.stringify(all, null, 2)}\n`);
    assert.equal(spec !== undefined, name === 'server.ks', 'the one of which everything is done');
    const seen = new Set(findings.map(({ origin }) => `${origin.file}:${origin.line}`));
    for (const { line } of [...parsed.commands, ...parsed.scripts, ...parsed.sections]) {
      const origin = lines[line - 1];
      assert.ok(
        seen.has(`${origin?.file}:${origin?.line}`),
        `${origin?.file}:${origin?.line} is passed over`,
      );
    }
  });
}

test('the command line tells the same as data, and goes on where an include is not there', async () => {
  const file = path.join(folder, 'virtual-machine.ks');
  const { code, stdout } = await runCli(['kickstart', file, '--json']);
  assert.equal(code, 1);
  const answer: unknown = JSON.parse(stdout);
  assert.ok(typeof answer === 'object' && answer !== null && 'summary' in answer && 'findings' in answer);
  const golden: unknown = JSON.parse((await read('golden/virtual-machine.ks.json')) ?? '');
  assert.ok(typeof golden === 'object' && golden !== null && 'summary' in golden && 'said' in golden);
  const short = JSON.stringify(answer.summary).replaceAll('test/integration/adapters/kickstart/corpus/', '');
  assert.deepEqual(JSON.parse(short), golden.summary);
  assert.ok(Array.isArray(answer.findings) && Array.isArray(golden.said));
  assert.equal(answer.findings.length, golden.said.length);
});

/** Files, the first of them read, and the error that it ends with. */
const wrong: [Record<string, string>, RegExp][] = [
  [
    { 'a.ks': 'text\n%include b.ks\n', 'b.ks': '%include c.ks\n', 'c.ks': 'skipx\n%include a.ks\n' },
    /^c\.ks:2: %include 'a\.ks': goes in a circle: a\.ks includes b\.ks includes c\.ks includes a\.ks$/,
  ],
  [{ 'a.ks': '%packages\n%include a.ks\n%end\n' }, /^a\.ks:2: %include 'a\.ks': goes in a circle/],
  [{ 'a.ks': '# c\n\n%packages\nbash\n' }, /^a\.ks:3: %packages is not ended by %end/],
  [{ 'a.ks': 'text\n%end\n' }, /^a\.ks:2: %end without a section$/],
  [{ 'a.ks': '%post\n%pre\n%end\n' }, /^a\.ks:2: %pre starts inside %post of line 1/],
  [
    { 'a.ks': '%include b.ks\n', 'b.ks': '\n# c\nlang "en_US\n' },
    /^b\.ks:3: cannot be parsed: No closing quotation$/,
  ],
  [{ 'a.ks': 'text\nlanguage en_US\n' }, /^a\.ks:2: Unknown command: language$/],
  [{ 'a.ks': 'firewall --enab\n' }, /^a\.ks:1: ambiguous option: --enab could match --enable, --enabled$/],
  [{ 'a.ks': 'text\npart / --size=4G\n' }, /^a\.ks:2: .*--size/],
  [{ 'a.ks': 'bootloader --timeout\n' }, /^a\.ks:1: .*--timeout/],
  [{ 'a.ks': 'part / --fstype=ext4 --nonsense\n' }, /^a\.ks:1: .*nonsense/],
  [{ 'a.ks': 'part / --size=1\nautopart\n' }, /^a\.ks:2: The autopart and partition commands/],
  [{ 'a.ks': '%packages --nobase\n%end\n' }, /^a\.ks:1: .*--nobase/],
  [{ 'a.ks': '%packages\n@a --optional --nodefaults\n%end\n' }, /^a\.ks:2: Group cannot specify both/],
  [{ 'a.ks': '%nonsense\n%end\n' }, /^a\.ks:1: '%nonsense' is not a section/],
  [{ 'a.ks': '%ksappend b.ks\n' }, /^a\.ks:1: %ksappend is not honoured/],
];

test('errors of syntax carry the file and line where the text was written', async () => {
  for (const [files, expected] of wrong) {
    const error: unknown = await flattenKickstart(
      'a.ks',
      async (name) => files[name],
      () => undefined,
    )
      .then((lines) => parser.parse(lines))
      .then(
        () => assert.fail(`is understood: ${JSON.stringify(files)}`),
        (thrown: unknown) => thrown,
      );
    assert.ok(error instanceof AperiodicError, String(error));
    assert.match(error.located, expected);
  }
});
