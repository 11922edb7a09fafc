import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Job, PreviousRelease } from '../scripts/model/types.generated.ts';
import { makeCompared, makeTested, stages } from '../scripts/pipeline.ts';
import { createFakeForge } from './support/fake-forge.ts';
import { createMemoryMirror, createPorts } from './support/fake-ports.ts';
import { makePins } from './support/fake-ports-repository.ts';
import { watchPorts } from './support/fake-ports-watch.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

function makeJob(changes: Partial<Job> = {}): Job {
  const line = (text: string, number: number) => ({ text, file: 'kickstarts/testix.ks', line: number });
  return {
    stream: 'testix-1/cloud-base',
    name: 'Testix-Cloud-Base-1',
    version: '20261122.0',
    content: 'a'.repeat(64),
    commit: 'c'.repeat(40),
    architecture: 'amd64',
    payload: 'deb',
    formats: ['qcow2'],
    limits: { downloadMiB: 10, usedMiB: 1000 },
    kickstart: Array.from({ length: 8 }, (_, index) => line('a line', index + 1)),
    pins: makePins(),
    targets: { mirrors: ['primary'] },
    ...changes,
  };
}

/** The same machine each time; `calls` are those of the last run. */
async function makeMachine(t: TestContext) {
  const folder = await temporaryFolder(t);
  const calls: string[] = [];
  const run = async (job: Job, brokenCheck?: string) => {
    calls.length = 0;
    const ports = createPorts({
      folder,
      forge: createFakeForge({}),
      mirror: createMemoryMirror,
      ...(brokenCheck === undefined ? {} : { brokenCheck }),
    });
    return await makeTested(job, watchPorts(ports, { before: (name) => calls.push(name) }));
  };
  const did = () => ({
    built: calls.includes('images.build'),
    tested: calls.includes('machines.boot'),
  });
  return { folder, calls, run, did };
}

test('each stage takes what the one before gives', () => {
  assert.deepEqual(
    Object.values(stages).map(({ name, input, output }) => [name, input, output]),
    [
      ['fetch', 'Job', 'Fetched'],
      ['build', 'Fetched', 'Built'],
      ['qa', 'Built', 'Tested'],
      ['compare', 'Tested', 'Compared'],
      ['upload', 'Compared', 'Uploaded'],
      ['launch', 'Uploaded', 'Launched'],
      ['sign', 'Candidate', 'Signed'],
      ['mirror', 'Signed', 'Mirrored'],
      ['publish', 'Mirrored', 'Published'],
      ['record', 'Published', 'Recorded'],
      ['promote', 'Recorded', 'Promoted'],
      ['announce', 'Promoted', 'Announced'],
    ],
  );
});

test('a second run builds and tests nothing, and gives the same', async (t) => {
  const { run, did } = await makeMachine(t);
  const first = await run(makeJob());
  assert.deepEqual(did(), { built: true, tested: true });
  assert.deepEqual(await run(makeJob()), first);
  assert.deepEqual(did(), { built: false, tested: false });
});

test('another commit is no reason to build again; another pin or limit is', async (t) => {
  const { run, did } = await makeMachine(t);
  await run(makeJob());
  await run(makeJob({ commit: 'd'.repeat(40) }));
  assert.deepEqual(did(), { built: false, tested: false });
  await run(makeJob({ limits: { downloadMiB: 11, usedMiB: 1000 } }));
  assert.deepEqual(did(), { built: true, tested: true });
  await run(makeJob({ pins: makePins('2.0-1') }));
  assert.deepEqual(did(), { built: true, tested: true });
});

test('an image that is gone or was changed is built again', async (t) => {
  const { folder, run, did } = await makeMachine(t);
  const { built } = await run(makeJob());
  const file = path.join(folder, 'work/files', built.raw.sha256);
  await rm(file, { recursive: true });
  const again = await run(makeJob());
  assert.deepEqual(did(), { built: true, tested: false }, 'the same bytes were tested');
  assert.deepEqual(again.built, built);
  const [name] = await readdir(file);
  await writeFile(path.join(file, name ?? ''), 'changed\n');
  await run(makeJob());
  assert.deepEqual(did(), { built: true, tested: false });
  assert.notEqual(await readFile(path.join(file, name ?? ''), 'utf8'), 'changed\n');
});

test('after a test that failed the image is there, and only the test runs again', async (t) => {
  const { run, did } = await makeMachine(t);
  await assert.rejects(run(makeJob(), 'system-running'), { code: 'qa-failed' });
  await run(makeJob());
  assert.deepEqual(did(), { built: false, tested: true });
});

test('a kept value that is damaged, or of another version of Aperiodic, is replaced', async (t) => {
  const { folder, run, did } = await makeMachine(t);
  await run(makeJob());
  const file = path.join(folder, 'work/values/testix-1/cloud-base/20261122.0/amd64/build.json');
  const whole = await readFile(file, 'utf8');
  const foreign = whole.replace('"tools"', '"tolls"');
  assert.notEqual(foreign, whole);
  for (const text of [whole.slice(0, 100), '[]', 'null', '{"input": "x"}', foreign]) {
    await writeFile(file, text);
    await run(makeJob());
    assert.equal(did().built, true, text);
    assert.equal(await readFile(file, 'utf8'), whole);
  }
});

test('what only compare looks at is no reason to build or test again, and comes to it', async (t) => {
  const { folder } = await makeMachine(t);
  const calls: string[] = [];
  const warned: string[] = [];
  const run = async (changes: Partial<Job>) => {
    calls.length = 0;
    warned.length = 0;
    const ports = createPorts({ folder, forge: createFakeForge({}), mirror: createMemoryMirror });
    const log = { ...ports.log, warn: (message: string) => void warned.push(message) };
    const watched = watchPorts({ ...ports, log }, { before: (name) => calls.push(name) });
    return await makeCompared(makeJob(changes), watched);
  };
  const previous: PreviousRelease = {
    version: '20261101.0',
    raw: { sha256: 'e'.repeat(64), size: 10 },
    artifacts: [{ name: 'Testix.qcow2', format: 'qcow2', sha256: 'f'.repeat(64), size: 1_000_000 }],
    mirrors: [{ id: 'primary', path: 'testix-1/cloud-base/20261101.0', checksum: 'f'.repeat(64) }],
    packages: 1,
    figures: {},
  };
  assert.equal((await run({})).comparison, undefined);
  const strict = { previous, gates: { packages: 0 } };
  await assert.rejects(run(strict), {
    code: 'qa-failed',
    message: /packages: 2 packages, was 1 \(at most 1\)/,
  });
  assert.ok(!calls.includes('images.build') && !calls.includes('machines.boot'), calls.join(' '));
  const accepted = [{ gate: 'packages' as const, reason: 'Beta was asked for' }];
  const { comparison } = await run({ ...strict, accepted });
  assert.ok(!calls.includes('images.build') && !calls.includes('machines.boot'), calls.join(' '));
  const gate = comparison?.gates.find(({ id }) => id === 'packages');
  assert.deepEqual([gate?.result, gate?.reason], ['accepted', 'Beta was asked for']);
  const again = await run({ ...strict, accepted });
  assert.deepEqual(again.comparison, comparison);
  assert.deepEqual(warned, [], 'the second time its kept value is taken');
});
