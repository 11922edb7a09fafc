import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { compareRaw, parseStated, renderStated } from '../../scripts/model/stated.ts';
import type { Built, Stated } from '../../scripts/model/types.generated.ts';
import { makeTested } from '../support/candidate.ts';

const built: Built = makeTested().built;
const other = 'f'.repeat(64);

function stated(raw: string, tools = built.tools): Stated {
  const { stream, architecture, content } = built.job;
  return { statements: [{ stream, architecture, content, raw, tools, pull: 7 }] };
}

describe('what a pull request stated', () => {
  it('comes back from the text of a check run', () => {
    const value = stated(other);
    assert.deepEqual(parseStated(renderStated(value)), value);
    for (const text of ['', 'x', '```json\n{}\n```\n', '```json\n{"statements":[]}\n```\nmore\n```\n'])
      assert.equal(parseStated(text), undefined, text);
  });

  it('stays in its block, whatever names of tools are', () => {
    const text = renderStated(stated(other, { '```\n# hello': '```' }));
    assert.equal(text.split('\n').length, 4);
    const long = renderStated(stated(other, { x: 'y'.repeat(70_000) }));
    assert.ok(long.length < 1000);
  });

  it('is what the merge builds', () => {
    assert.equal(compareRaw(built, stated(built.raw.sha256)).verdict, 'same');
  });

  it('need not be there', () => {
    assert.equal(compareRaw(built, { statements: [] }).verdict, 'unstated');
    const [one] = stated(other).statements;
    assert.ok(one !== undefined);
    assert.equal(compareRaw(built, { statements: [{ ...one, content: other }] }).verdict, 'unstated');
  });

  it('stops the release when it differs, with the tools that do', () => {
    assert.throws(
      () => compareRaw(built, stated(other, { ...built.tools, mke2fs: '0.1' })),
      (error) =>
        error instanceof AperiodicError &&
        error.code === 'digest-mismatch' &&
        /mke2fs: 0\.1 there, .* here/.test(error.detail ?? '') &&
        error.message.includes(built.raw.sha256),
    );
  });

  it('may differ when the release file accepts it', () => {
    const accepted = [{ gate: 'raw-digest' as const, reason: 'the runner got a new mke2fs' }];
    const result = compareRaw({ ...built, job: { ...built.job, accepted } }, stated(other));
    assert.equal(result.verdict, 'accepted');
    assert.match(result.message, /a new mke2fs/);
  });
});
