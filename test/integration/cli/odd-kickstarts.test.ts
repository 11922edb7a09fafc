/** `aperiodic kickstart` on files that are no good kickstarts: an error with file and line, and no more. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { commands } from '../../../scripts/cli/commands.ts';
import { runMain } from '../../cli/run-main.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const folder = await temporaryFolder({ after });

interface Answer {
  error?: { code: string; message: string; file?: string; line?: number };
  lines?: unknown[];
  findings?: { standing: string; what: string; origin: { file: string; line: number } }[];
  spec?: unknown;
}

async function look(name: string, content: string | Uint8Array): Promise<Answer> {
  await writeFile(path.join(folder, name), content);
  return await lookAt(name);
}

/** Says so by exit code 1 and by one document of JSON, writes nothing, and shows nothing of its inside. */
async function lookAt(name: string): Promise<Answer> {
  const before = await readdir(folder);
  const { code, stdout, stderr } = await runMain(['kickstart', path.join(folder, name), '--json'], {
    commands,
    cwd: folder,
  });
  assert.equal(code, 1);
  assert.doesNotMatch(`${stdout}${stderr}`, /Traceback|\.py\b|\.ts:\d|^\s+at /m);
  assert.deepEqual(await readdir(folder), before);
  return JSON.parse(stdout) as Answer;
}

const utf8 = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const refused: [name: string, content: string | Uint8Array, line: number, message: RegExp][] = [
  ['crlf', 'text\r\nlang en_US\r\n', 1, /line ends as on Windows: save/],
  ['crlf-later', 'text\n%post\r\n%end\n', 2, /line ends as on Windows: save/],
  ['byte-order-mark', '\uFEFFtext\n', 1, /byte-order mark \(U\+FEFF\): save the file as UTF-8 without one/],
  ['nul', 'text\nlang \0en_US\n', 2, /control character U\+0000/],
  ['nothing-but-nul', Buffer.alloc(5000), 1, /control character U\+0000/],
  ['latin-1', utf8('text\n# caf', [0xe9], '\ntext\n'), 2, /is not text in UTF-8/],
  ['latin-1-in-script', utf8('%post\n\necho "', [0xfc], '"\n%end\n'), 3, /is not text in UTF-8/],
  ['utf-16', utf8([0xff, 0xfe], 't\0e\0x\0t\0\n\0'), 1, /is not text in UTF-8/],
  ['section-unknown', 'text\n\n%foo\n%end\n', 3, /'%foo' is not a section of the kickstart syntax/],
  ['section-open', 'text\n%post\necho\n', 2, /%post is not ended by %end/],
  ['section-open-last', 'text\n# c\n%packages', 3, /%packages is not ended by %end/],
  ['end-too-many', '%post\n%end\n%end\n', 3, /%end without a section/],
  ['more-than-1-MiB', '# padding of comments\n'.repeat(50_000), 1, /pass 1048576 bytes/],
  ['line-of-100-KB', `text\n# ${'x'.repeat(100_000)}\n`, 2, /longer than 65536 characters/],
  ['lines', 'text\n'.repeat(10_001), 10_001, /pass 10000 lines/],
  ['script-of-shell', '#!/bin/sh\nset -e\nif true; then id; fi\n', 2, /set/],
  ['command-of-terminal', 'text\n\x1b]0;x\x07\n', 2, /control character U\+001B/],
];

for (const [name, content, line, message] of refused) {
  test(`${name} is told with its line`, async () => {
    const { error } = await look(`${name}.ks`, content);
    assert.deepEqual([error?.file, error?.line], [`${name}.ks`, line], error?.message);
    assert.match(error?.message ?? '', message);
    assert.equal(error?.code, 'invalid');
  });
}

test('a kickstart of nothing, or of comments, lacks what an image needs', async () => {
  for (const [name, text] of [
    ['empty', ''],
    ['comments', '# a\n\n   # b\n'],
    ['no-end-of-line', 'text'],
  ] as const) {
    const { error, findings, spec } = await look(`${name}.ks`, text);
    assert.equal(error, undefined);
    assert.equal(spec, null);
    const missing = findings?.filter(({ standing }) => standing === 'refused').map(({ what }) => what);
    assert.ok(missing?.includes('%packages') && missing.includes('part /'), String(missing));
    assert.ok(findings?.every(({ origin }) => origin.file === `${name}.ks` && origin.line === 1));
  }
});

test('a kickstart just below 1 MiB is read', async () => {
  const script = `echo ${'x'.repeat(100)}\n`.repeat(9_000);
  const { lines, error } = await look('large.ks', `%post\n${script}%end\n`);
  assert.equal(error, undefined);
  assert.equal(lines?.length, 9_002);
});

test('what is not a file is told so', async () => {
  await mkdir(path.join(folder, 'folder.ks'));
  execFileSync('mkfifo', [path.join(folder, 'pipe.ks')]);
  assert.match((await lookAt('folder.ks')).error?.message ?? '', /is a folder, not a kickstart/);
  assert.match((await lookAt('pipe.ks')).error?.message ?? '', /not a regular file/);
  assert.match((await lookAt('none.ks')).error?.message ?? '', /cannot be read/);
});
