import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createDirectoryArtifacts } from '../../scripts/adapters/artifacts/directory.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runMain } from './run-main.ts';

/** Two machines, and a value on the first that names two files. */
async function start(t: TestContext) {
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, 'releases'));
  const artifacts = createDirectoryArtifacts(path.join(folder, 'work1'));
  const put = async (name: string) => {
    await writeFile(path.join(folder, name), `content of ${name}\n`);
    return await artifacts.put(path.join(folder, name), name);
  };
  const raw = await put('image.raw');
  const value = { raw, artifacts: [{ file: await put('image.qcow2') }, { file: raw }], documents: [] };
  await writeFile(path.join(folder, 'value.json'), JSON.stringify(value));
  const run = (machine: 1 | 2, ...argv: string[]) =>
    runMain(argv, {
      commands,
      cwd: folder,
      env: { APERIODIC_WORK: path.join(folder, `work${machine}`) },
    });
  const at = (...parts: string[]) => path.join(folder, ...parts);
  return { run, at, value, other: createDirectoryArtifacts(at('work2')) };
}

describe('handing a value over', () => {
  it('carries the files that it names to another machine', async (t) => {
    const { run, at, value, other } = await start(t);
    const packed = await run(1, 'pack', at('value.json'), '--to', at('packed'));
    assert.equal(packed.code, 0, packed.stderr);
    const taken = await run(2, 'unpack', at('packed'));
    assert.equal(taken.code, 0, taken.stderr);
    assert.equal(await readFile(await other.get(value.raw), 'utf8'), 'content of image.raw\n');
    assert.deepEqual(JSON.parse(await readFile(at('packed/value.json'), 'utf8')), value);
    assert.equal((await run(2, 'unpack', at('packed'))).code, 0, 'again');
  });

  it('leaves raw images out when told, or all but documents', async (t) => {
    const { run, at } = await start(t);
    const packed = await run(1, 'pack', '--json', at('value.json'), '--to', at('a'), '--without-raw');
    assert.deepEqual(JSON.parse(packed.stdout).files, ['image.qcow2']);
    const documents = await run(1, 'pack', '--json', at('value.json'), '--to', at('b'), '--documents');
    assert.deepEqual(JSON.parse(documents.stdout).files, []);
  });

  it('refuses a file that was changed on the way', async (t) => {
    const { run, at, value } = await start(t);
    await run(1, 'pack', at('value.json'), '--to', at('packed'));
    const file = at('packed/files', value.raw.sha256, 'image.raw');
    await rm(file);
    await writeFile(file, 'content of another\n');
    const taken = await run(2, 'unpack', '--json', at('packed'));
    assert.equal(taken.code, 1);
    assert.equal(JSON.parse(taken.stdout).error.code, 'digest-mismatch');
  });

  it('opens no file outside of the folder', async (t) => {
    const { run, at, value } = await start(t);
    const uri = `artifact:${value.raw.sha256}/../../../secret`;
    await writeFile(at('value.json'), JSON.stringify({ raw: { ...value.raw, uri } }));
    const packed = await run(1, 'pack', '--json', at('value.json'), '--to', at('packed'));
    assert.equal(JSON.parse(packed.stdout).error.code, 'invalid');
  });
});
