import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  commandSupport,
  sectionSupport,
  supportOfCommand,
  supportOfOption,
} from '../../../scripts/model/kickstart/support.ts';
import { command, disk, refusals, review, somePackages } from './commands.ts';

test('every refused command and option is refused with its reason', () => {
  for (const [name, support] of Object.entries(commandSupport)) {
    if (support.standing === 'refused') {
      const given = Object.fromEntries(Object.keys(support.options ?? {}).map((option) => [option, true]));
      const said = refusals([...disk, command(name, given), somePackages]);
      assert.deepEqual(said, [`104: ${name}: ${support.note}`]);
      continue;
    }
    for (const [option, { standing, note }] of Object.entries(support.options ?? {})) {
      if (standing !== 'refused') continue;
      const said = refusals([command(name, { [option]: true }), somePackages]);
      assert.ok(said.includes(`101: ${name} ${option}: ${note}`), said.join('\n'));
    }
  }
});

test('every ignored command is ignored with its reason', () => {
  for (const [name, support] of Object.entries(commandSupport)) {
    const { standing, note } = support;
    if (standing !== 'ignored') continue;
    const options = Object.entries(support.options ?? {}).filter(
      ([, option]) => option.standing === 'ignored',
    );
    const given = Object.fromEntries(options.map(([option]) => [option, true]));
    const { spec, findings } = review([...disk, command(name, given), somePackages]);
    assert.ok(spec !== undefined);
    assert.deepEqual(
      findings.filter((finding) => finding.standing === 'ignored').map(({ what, reason }) => [what, reason]),
      [[name, note]],
    );
  }
});

test('reasons are one line, without a stop at the end', () => {
  const all = [...Object.values(commandSupport), ...Object.values(sectionSupport)];
  for (const { note } of all.flatMap((support) => [support, ...Object.values(support.options ?? {})])) {
    assert.match(note, /^\S.*[^.\s]$/);
  }
});

test('what the table does not know is refused', () => {
  assert.equal(supportOfCommand('constructor').standing, 'refused');
  assert.equal(supportOfOption(supportOfCommand('part'), '--new').standing, 'refused');
  assert.equal(supportOfOption(supportOfCommand('reboot'), '--kexec').standing, 'ignored');
});
