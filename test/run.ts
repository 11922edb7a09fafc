/**
 * Runs a choice of tests as one run of `node --test`: `tsx test/run.ts unit|all|full [OPTION OF NODE...]`.
 *
 * A process a file costs more than most unit tests do. They share a few processes, `group-*.mjs`, each of which
 * imports its files one after another. All other tests have a process a file. TEST_ROOT is another folder of tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.env.TEST_ROOT ?? path.dirname(fileURLToPath(import.meta.url));
const slower = ['integration', 'e2e', 'full'];
const processors = availableParallelism();
const choices = new Map([
  ['unit', { slower: [], concurrency: processors }],
  ['all', { slower: ['integration', 'e2e'], concurrency: 2 }],
  ['full', { slower, concurrency: 1 }],
]);

const [name = '', ...options] = process.argv.slice(2);
const choice = choices.get(name);
if (choice === undefined) throw new Error(`say which tests: ${[...choices.keys()].join(', ')}`);

const files = await findTests(root);
const kindOf = (file: string): string | undefined =>
  slower.find((folder) => file.startsWith(`${path.join(root, folder)}${path.sep}`));
const isolated = choice.slower.flatMap((kind) => files.filter((file) => kindOf(file) === kind));
const folder = await mkdtemp(path.join(tmpdir(), 'tests-'));
try {
  const unit = files.filter((file) => kindOf(file) === undefined);
  const groups = await writeGroups(await divide(unit, 2 * processors), folder);
  process.exitCode = await runNode([
    ...['--import', 'tsx', '--test', `--test-concurrency=${choice.concurrency}`, ...options],
    ...groups,
    ...isolated,
  ]);
} finally {
  await rm(folder, { recursive: true });
}

/** All test files below a folder: full paths, sorted. */
async function findTests(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.test.ts'))
    .map((entry) => path.join(folder, entry))
    .sort();
}

/** Neighbours stay together, as they load the same modules; each group has about as many bytes. */
async function divide(files: readonly string[], count: number): Promise<string[][]> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const groups = Array.from({ length: count }, (): string[] => []);
  let before = 0;
  for (const [index, file] of files.entries()) {
    groups[Math.floor((before * count) / total)]?.push(file);
    before += sizes[index] ?? 0;
  }
  return groups.filter((group) => group.length > 0);
}

/** The files for node to run, one a group. */
async function writeGroups(groups: readonly string[][], folder: string): Promise<string[]> {
  const importer = new URL('support/import-tests.ts', import.meta.url);
  return await Promise.all(
    groups.map(async (group, index) => {
      const file = path.join(folder, `group-${index + 1}.mjs`);
      await writeFile(
        file,
        `import { importTests } from ${JSON.stringify(importer)};\nawait importTests(${JSON.stringify(group, null, 1)});\n`,
      );
      return file;
    }),
  );
}

async function runNode(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}
