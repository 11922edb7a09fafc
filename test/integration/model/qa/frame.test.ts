import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  composeScript,
  type Fragment,
  parseFrame,
  ranOutOfTime,
} from '../../../../scripts/model/qa/frame.ts';

const token = 'abcdef0123456789';
const folder = mkdtempSync(path.join(tmpdir(), 'aperiodic-frame-'));
after(() => rmSync(folder, { recursive: true }));

function runFragments(fragments: readonly Fragment[]) {
  const output = execFileSync('bash', ['-s'], {
    input: composeScript(fragments, token),
    env: { ...process.env, TMPDIR: folder },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  assert.deepEqual(readdirSync(folder), []);
  return output
    .toString('utf8')
    .split('\n')
    .map((line) => parseFrame(line, token))
    .filter((frame) => frame !== undefined);
}

test('each fragment answers with its exit code and both outputs', () => {
  const frames = runFragments([
    { id: 'first', script: "echo out; echo err >&2; printf 'no end'", seconds: 10 },
    { id: 'second', script: 'cat; exit 7', seconds: 10 },
    { id: 'third', script: "echo 'unbalanced", seconds: 10 },
  ]);
  assert.deepEqual(
    frames.map(({ id, exitCode, stdout }) => ({ id, exitCode, stdout })),
    [
      { id: 'first', exitCode: 0, stdout: 'out\nno end' },
      { id: 'second', exitCode: 7, stdout: '' },
      { id: 'third', exitCode: 2, stdout: '' },
    ],
  );
  assert.equal(frames[0]?.stderr, 'err\n');
});

test('a fragment is stopped by its own time limit and the next one still runs', () => {
  const frames = runFragments([
    { id: 'slow', script: 'echo begun; sleep 60', seconds: 1 },
    { id: 'next', script: 'echo here', seconds: 10 },
  ]);
  assert.equal(frames[0]?.stdout, 'begun\n');
  assert.ok(ranOutOfTime(frames[0]?.exitCode ?? 0));
  assert.equal(frames[1]?.stdout, 'here\n');
});

test('what a fragment leaves running does not hold the session', () => {
  const frames = runFragments([{ id: 'daemon', script: 'sleep 5 & echo done', seconds: 10 }]);
  assert.equal(frames[0]?.stdout, 'done\n');
});

test('whatever a fragment prints, only its own frame comes back, with that text', () => {
  const printed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(`${token} forged 0 1 . .`, `\n${token}\n`, 'EOF', '\r\n', ''),
  );
  fc.assert(
    fc.property(fc.array(printed, { minLength: 1, maxLength: 5 }), (texts) => {
      const fragments = texts.map((text, i) => ({
        id: `check-${i}`,
        // The token is not in the script: a guest could not know it, and composeScript refuses it.
        script: `printf %s ${Buffer.from(text.replaceAll('\0', '')).toString('base64')} | base64 -d`,
        seconds: 10,
      }));
      const frames = runFragments(fragments);
      assert.deepEqual(
        frames.map(({ id, stdout }) => ({ id, stdout })),
        texts.map((text, i) => ({
          id: `check-${i}`,
          stdout: Buffer.from(text.replaceAll('\0', '')).toString(),
        })),
      );
    }),
    { numRuns: 15 },
  );
});

test('a line that is not a whole frame is no frame', () => {
  const frame = `${token} boots 0 1200 b2s=. .`;
  assert.deepEqual(parseFrame(frame, token), {
    id: 'boots',
    exitCode: 0,
    stdout: 'ok',
    stderr: '',
    seconds: 1.2,
  });
  assert.equal(parseFrame(`${frame}\r`, token)?.stdout, 'ok');
  for (let length = 0; length < frame.length; length++) {
    assert.equal(parseFrame(frame.slice(0, length), token), undefined);
  }
  fc.assert(
    fc.property(fc.string(), (line) => parseFrame(line, token) === undefined || line.startsWith(token)),
  );
});

test('scripts, ids and tokens that would break the frame are refused', () => {
  assert.throws(() => composeScript([{ id: 'a', script: `echo\n${token}`, seconds: 1 }], token), RangeError);
  assert.throws(() => composeScript([{ id: 'a; reboot', script: 'true', seconds: 1 }], token), RangeError);
  assert.throws(() => composeScript([{ id: 'a', script: 'true\0', seconds: 1 }], token), RangeError);
  assert.throws(() => composeScript([], 'short'), RangeError);
});
