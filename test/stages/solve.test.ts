/** What the solver is asked for each architecture of a stream, and by whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDirectoryStore } from '../../scripts/adapters/store/directory.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import type { PackageRequest, Stream } from '../../scripts/model/types.generated.ts';
import type { Builder, KickstartParser, Payload } from '../../scripts/ports.ts';
import { solveStream } from '../../scripts/stages/solve.ts';
import { biosboot, esp, parsedOf, root } from '../model/kickstart/commands.ts';
import { fakeTree } from '../model/repository-fixture.ts';
import { fakePayload, silentLog } from '../support/fake-ports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const kickstart = 'kickstarts/testix.ks';
const armKickstart = 'kickstarts/testix-aarch64.ks';
const digest = `sha256:${'ab'.repeat(32)}`;
const reference = `registry.example.org/aperiodic/builder@${digest}`;
const builder: Builder = { reference, digest, root: '/nowhere', rpm: '4.20.0' };

const stream: Stream = {
  name: 'Testix-Cloud-Base-1',
  title: 'Testix 1 Cloud Base',
  payload: 'rpm',
  kickstart,
  kickstarts: { aarch64: armKickstart },
  repositories: ['main'],
  architectures: ['x86_64', 'aarch64'],
  formats: ['qcow2'],
  limits: { downloadMiB: 10, usedMiB: 100 },
  builder: reference,
};

const tree = fakeTree({
  [kickstart]: 'part biosboot\npart /boot/efi\npart /\n%packages\nkernel\n%end\n',
  // A PC would not start from it.
  [armKickstart]: 'part /boot/efi\npart /\n%packages\nkernel\nshim-aa64\n%end\n',
});

const kickstarts: KickstartParser = {
  parse: async (lines) => {
    const texts = lines.map(({ text }) => text);
    const packages = texts.slice(texts.indexOf('%packages') + 1, texts.indexOf('%end'));
    return parsedOf([...(texts.includes('part biosboot') ? [biosboot] : []), esp, root, { packages }]).parsed;
  },
};

async function solve(folder: string, asked: Stream, answer: (wanted: PackageRequest) => void) {
  const calls: string[] = [];
  const rpm: Payload = {
    ...fakePayload,
    kind: 'rpm',
    solve: async (request, architecture, _task, by) => {
      calls.push(`${architecture} ${request.packages.join('+')} by ${by?.digest ?? 'this machine'}`);
      answer(request);
      return [];
    },
  };
  const solved = await solveStream('testix-1/cloud-base', asked, tree, {
    kickstarts,
    log: silentLog,
    payloads: { deb: fakePayload, rpm },
    store: createDirectoryStore(folder),
    builders: { fetch: async () => undefined, open: async () => builder },
  });
  return { calls, solved };
}

test('each architecture is solved for what its own kickstart asks, by the builder of the stream', async (t) => {
  const { calls, solved } = await solve(await temporaryFolder(t), stream, () => undefined);
  assert.deepEqual(calls, [`x86_64 kernel by ${digest}`, `aarch64 kernel+shim-aa64 by ${digest}`]);
  assert.deepEqual(
    solved.map(({ architecture, request }) => [architecture, request.packages]),
    [
      ['x86_64', ['kernel']],
      ['aarch64', ['kernel', 'shim-aa64']],
    ],
  );
});

test('what no repository has is told at the line of the kickstart of that architecture', async (t) => {
  const missing = solve(await temporaryFolder(t), stream, ({ packages }) => {
    if (packages.includes('shim-aa64')) throw new AperiodicError('not-found', 'nobody has shim-aa64');
  });
  await assert.rejects(missing, (error) => {
    assert.ok(error instanceof AperiodicError);
    assert.deepEqual([error.code, error.file, error.line], ['not-found', armKickstart, 5]);
    return true;
  });
});

test('a kickstart that its machines do not take is refused before any solver is asked', async (t) => {
  const same: Stream = { ...stream, kickstart: armKickstart, kickstarts: {} };
  const refused = solve(await temporaryFolder(t), same, () => assert.fail('the solver was asked'));
  await assert.rejects(refused, /part biosboot: is missing/);
});
