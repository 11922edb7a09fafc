/** Streams of several architectures, of which one may need a kickstart of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentDigest } from '../../scripts/model/digest.ts';
import { AperiodicError } from '../../scripts/model/errors.ts';
import { makeJob } from '../../scripts/model/job.ts';
import type { Architecture } from '../../scripts/model/types.generated.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { renderRelease } from '../../scripts/render/release.ts';
import {
  baseFiles,
  folder,
  kickstartPath,
  load,
  pin,
  pins,
  problemsOf,
  release,
  request,
  sha,
  streamYaml,
} from './repository-fixture.ts';

const armPath = 'kickstarts/testix-cloud-base-arm.ks';

function filesFor(words: readonly Architecture[], own: Record<string, string> = {}) {
  const files = baseFiles();
  const kickstarts = Object.entries(own).map(([name, path]) => `  ${name}: ${path}\n`);
  const more = kickstarts.length === 0 ? '' : `kickstarts:\n${kickstarts.join('')}`;
  files[`${folder}/stream.yaml`] =
    `${streamYaml.replace('[amd64]', `[${words.join(', ')}]`).replace('payload: deb', `payload: ${words.includes('x86_64') ? 'rpm' : 'deb'}`)}${more}`;
  delete files[`${folder}/pins.amd64.yaml`];
  for (const architecture of words) {
    const packages = ['alpha', 'beta'].map((name) => ({ ...pin(name), architecture }));
    files[`${folder}/pins.${architecture}.yaml`] = renderPins({ ...pins(packages), architecture });
  }
  files[armPath] = 'lang C.UTF-8\n%packages\nalpha\nbeta\nfor-arm\n%end\n';
  return files;
}

test('a stream may be for both machines, in the words of either distribution', async () => {
  assert.deepEqual(await problemsOf(filesFor(['amd64', 'arm64'])), []);
  assert.deepEqual(await problemsOf(filesFor(['x86_64', 'aarch64'], { aarch64: armPath })), []);
});

test('each architecture is made by its own kickstart, and solved for what that asks', async () => {
  const files = filesFor(['amd64', 'arm64'], { arm64: armPath });
  const wanted = release('20261122.0', sha('a'), { architectures: ['amd64', 'arm64'] });
  files[`${folder}/20261122.0.yaml`] = renderRelease(wanted);
  const asked: string[] = [];
  const { repository, problems } = await load(files, {
    requestOf: async (lines, _stream, architecture) => {
      asked.push(`${architecture} ${lines[0]?.file}`);
      return architecture === 'arm64' ? { ...request, packages: ['alpha', 'beta', 'for-arm'] } : request;
    },
  });
  assert.deepEqual(asked, [`amd64 ${kickstartPath}`, `arm64 ${armPath}`]);
  assert.deepEqual(
    problems.map(({ located }) => located),
    [
      `${folder}/pins.arm64.yaml:3: does not fit the kickstart, which now asks for for-arm: run 'aperiodic resolve testix-1/cloud-base'`,
    ],
  );
  const [stream] = repository.streams;
  assert.ok(stream !== undefined);
  const fileOf = (architecture: Architecture) =>
    makeJob(stream, wanted, architecture, 'e'.repeat(40)).kickstart[0]?.file;
  assert.deepEqual([fileOf('amd64'), fileOf('arm64')], [kickstartPath, armPath]);
});

test('a kickstart that is shared must do for each machine, and what is wrong is said once', async () => {
  const messagesOf = async (bad: readonly Architecture[]) => {
    const { problems } = await load(filesFor(['amd64', 'arm64']), {
      requestOf: async (_lines, _stream, architecture) => {
        if (!bad.includes(architecture)) return request;
        throw new AperiodicError('unsupported', 'part biosboot is missing', { file: kickstartPath, line: 1 });
      },
    });
    return problems.map(({ message }) => message).filter((message) => message.includes('biosboot'));
  };
  assert.deepEqual(await messagesOf([]), []);
  assert.deepEqual(await messagesOf(['arm64']), ['part biosboot is missing']);
  assert.deepEqual(await messagesOf(['amd64']), ['part biosboot is missing']);
  assert.deepEqual(await messagesOf(['amd64', 'arm64']), ['part biosboot is missing']);
});

test('a change of either kickstart changes the content', async () => {
  const contentOf = async (change: Record<string, string>) => {
    const files = { ...filesFor(['amd64', 'arm64'], { arm64: armPath }), ...change };
    return (await load(files)).repository.streams[0]?.content;
  };
  const plain = await contentOf({});
  const other = await contentOf({ [armPath]: 'lang C.UTF-8\n%packages\nalpha\nbeta\nother\n%end\n' });
  const shared = (await load(filesFor(['amd64', 'arm64']))).repository.streams[0]?.content;
  assert.equal(new Set([plain, other, shared]).size, 3);
  assert.ok(plain !== undefined);
});

test('the digest has the kickstarts of their own in no order', () => {
  const [amd64, arm64] = (['amd64', 'arm64'] as const).map((architecture) => ({
    architecture,
    packages: [],
  }));
  assert.ok(amd64 !== undefined && arm64 !== undefined);
  const [one, two] = [[{ text: 'one' }], [{ text: 'two' }]];
  const content = {
    kickstart: [],
    pins: [amd64, arm64],
    architectures: ['amd64', 'arm64'],
    formats: [],
  } as const;
  assert.equal(
    contentDigest({ ...content, kickstartsOf: { amd64: one, arm64: two } }),
    contentDigest({ ...content, kickstartsOf: { arm64: two, amd64: one } }),
  );
  assert.equal(contentDigest({ ...content, kickstartsOf: {} }), contentDigest(content));
});

test('kickstarts of no architecture of the stream, and ones that are not there, are problems', async () => {
  const strange = filesFor(['amd64'], { arm64: armPath });
  assert.match(
    (await problemsOf(strange)).join(),
    /'arm64' is not an architecture of the stream: \[amd64\] are/,
  );
  const missing = filesFor(['amd64', 'arm64'], { arm64: 'kickstarts/nowhere.ks' });
  const [problem = ''] = await problemsOf(missing);
  assert.match(problem, /stream\.yaml:\d+: kickstart 'kickstarts\/nowhere\.ks' does not exist/);
});
