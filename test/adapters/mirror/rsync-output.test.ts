import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  describeFailure,
  isMissing,
  isTransient,
  parseChanges,
  parseList,
} from '../../../scripts/adapters/mirror/rsync-output.ts';

test('what a dry run would do says how a folder differs', () => {
  const output = [
    'created directory d/i/20261122.0',
    'cd+++++++++ ./',
    '*deleting   strange',
    '*deleting   folder/inside',
    '*deleting   .image.Xa81Zq',
    '<f+++++++++ CHECKSUM',
    '<fc.T...... image',
    '<fcsT...... other name',
    '.f...p..... same',
    '',
  ].join('\n');
  assert.deepEqual(parseChanges(output), {
    missing: ['CHECKSUM'],
    different: ['image', 'other name'],
    extra: ['strange', 'folder/inside'],
  });
});

test('a listing is read, whatever names are in it', () => {
  const output = [
    'drwxr-xr-x        4096 2026/11/22 13:45:18 .',
    'drwxr-xr-x        4096 2026/11/22 13:45:19 20261122.0',
    'drwxr-xr-x+       4096 2026/11/22 13:45:19 .staging-1',
    'lrwxrwxrwx           4 2026/11/22 13:45:19 latest -> /tmp',
    '-rw-r--r--          10 2026/11/22 13:45:19 a name with spaces',
    'a greeting of the day',
    '',
  ].join('\n');
  assert.deepEqual(
    parseList(output).map(({ name, isFolder }) => [name, isFolder]),
    [
      ['20261122.0', true],
      ['.staging-1', true],
      ['latest -> /tmp', false],
      ['a name with spaces', false],
    ],
  );
  assert.equal(parseList(output)[0]?.modified.toISOString(), '2026-11-22T13:45:19.000Z');
});

test('no output makes the parsers fail', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseList(text);
      parseChanges(text);
    }),
  );
});

test('broken connections are tried again, refusals are not', () => {
  for (const code of [10, 12, 30, 35]) assert.equal(isTransient(code, ''), true);
  assert.equal(isTransient(5, '@ERROR: max connections (2) reached -- try again later'), true);
  assert.equal(isTransient(5, '@ERROR: auth failed on module pub'), false);
  assert.equal(isTransient(23, 'Permission denied (13)'), false);
});

test('a folder that is not there is told from one that may not be read', () => {
  const said = (why: string) =>
    `rsync: [sender] change_dir "d/i" (in pub) failed: ${why}\nrsync error: x (code 23)`;
  assert.equal(isMissing(23, said('No such file or directory (2)')), true);
  assert.equal(isMissing(23, said('Permission denied (13)')), false);
  assert.equal(isMissing(12, said('No such file or directory (2)')), false);
});

test('failures have a code to act on, and a server does not steer the terminal', () => {
  assert.equal(describeFailure('m', 11, 'write failed: No space left on device (28)').code, 'disk-full');
  assert.equal(describeFailure('m', 35, '').code, 'unreachable');
  const error = describeFailure('m', 23, 'mkdir failed: \u001b[2JPermission denied (13)');
  assert.equal(error.code, 'conflict');
  assert.equal(error.detail, 'mkdir failed: ?[2JPermission denied (13)');
});
