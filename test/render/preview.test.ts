import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mask } from '../../scripts/model/preview/made.ts';
import { evidenceKey, makePreview } from '../../scripts/model/preview.ts';
import { findViolation } from '../../scripts/model/schema.ts';
import type { Built, Preview, QaReport } from '../../scripts/model/types.generated.ts';
import { renderPins } from '../../scripts/render/pins.ts';
import { concludePreview, marker, renderPreview, summarize } from '../../scripts/render/preview.ts';
import { baseFiles, folder, kickstartPath, pin, pins, sha, streamId } from '../model/repository-fixture.ts';
import { compareSides, released } from '../model/two-sides.ts';
import { assertGolden } from '../support/golden.ts';
import { findLoose } from '../support/markdown.ts';

const head = 'ab'.repeat(20);

function report(...failed: string[]): QaReport {
  const passed = { where: 'bios', result: 'passed', seen: 'status: done' } as const;
  return {
    accelerator: 'tcg',
    boots: 2,
    results: [
      { id: 'cloud-init-done', ...passed },
      { id: 'used-space', ...passed, where: 'image', figures: { usedMiB: 91.2 } },
      ...failed.map((seen) => ({ id: 'no-failed-units', where: 'uefi', result: 'failed', seen }) as const),
    ],
  };
}

function built(content: string, files: { format: 'qcow2' | 'raw.zst'; size: number }[]): Built {
  return {
    job: {
      stream: streamId,
      name: 'Testix-Cloud-Base-1',
      version: '20261122.0',
      content,
      commit: 'd'.repeat(40),
      architecture: 'amd64',
      payload: 'deb',
      formats: ['qcow2'],
      limits: { downloadMiB: 10, usedMiB: 100 },
      kickstart: [],
      pins: pins(),
      targets: { mirrors: ['primary'] },
    },
    raw: { sha256: sha('5'), size: 2 * 1024 ** 3, uri: '' },
    artifacts: files.map(({ format, size }) => ({
      name: `Testix.${format}`,
      format,
      file: { sha256: sha('6'), size, uri: '' },
    })),
    tools: { qemu: '8.0' },
  };
}

/** @param content that was built; that of the pull request when left out */
async function preview(qa: QaReport = report(), content?: string): Promise<Preview> {
  const before = await released(baseFiles());
  const after = {
    ...before,
    [`${folder}/pins.amd64.yaml`]: renderPins(pins([pin('alpha', '2.0-1', 'b'), pin('beta'), pin('gamma')])),
    [kickstartPath]: 'lang C.UTF-8\ntimezone UTC\n%packages\nalpha\nbeta\ngamma\n%end\n',
  };
  const key = evidenceKey(streamId, 'amd64');
  const sides = await compareSides(before, after);
  const own = content ?? sides.after.repository.streams[0]?.content ?? '';
  return makePreview({
    pull: 12,
    base: 'cd'.repeat(20),
    head,
    ...sides,
    evidence: {
      built: new Map([[key, built(own, [{ format: 'qcow2', size: 5 * 1024 ** 2 }])]]),
      qa: new Map([[key, qa]]),
    },
  });
}

const many = (count: number, text: string) => Array.from({ length: count }, (_, i) => `${text}${i}`);

describe('the preview of a pull request', () => {
  it('shows what is released and why, packages, sizes, tests and the kickstart', async () => {
    const logs = 'https://github.example/testix/images/actions/runs/1';
    const text = renderPreview(await preview(), { logs });
    assertGolden(fileURLToPath(new URL('golden/preview.md', import.meta.url)), text);
    assert.ok(text.startsWith(`${marker}\n`));
    assert.deepEqual(findLoose(text, [], [logs]), []);
  });

  it('shows what failed, with what was expected, and that code changes too', async () => {
    const value = await preview(report('foo.service failed\n```\n@admin <b>', 'other'));
    const code = { paths: ['.github/workflows/x.yaml', 'scripts/@evil`.ts'], count: 30 };
    const text = renderPreview(value, { code });
    assertGolden(fileURLToPath(new URL('golden/preview-failed.md', import.meta.url)), text);
    assert.deepEqual(findLoose(text, ['admin', 'evil']), []);
    assert.equal(concludePreview(value), 'failure');
  });

  it('is good when files are sound and each new image was built and tested', async () => {
    assert.equal(concludePreview(await preview()), 'success');
    const untested = await preview(report(), sha('e'));
    assert.equal(concludePreview(untested), 'failure');
    assert.match(renderPreview(untested), /\*\*not tested\*\*/);
    const value = await preview();
    assert.equal(concludePreview({ ...value, problemCount: 1 }), 'failure');
    assert.equal(summarize(value), '1 new image.');
    assert.equal(summarize({ ...value, streams: [], problemCount: 2 }), '2 problems.');
  });

  it('masks what differs each time', () => {
    const text = `Testix-20261122.0.qcow2 2026-11-22T10:00:00Z ${sha('a')}`;
    assert.equal(mask(text, '20261122.0'), 'Testix-VERSION.qcow2 DATE SHA256');
  });

  it('fits into a comment, however much there is, and stays closed', async () => {
    const value = await preview(report(...many(25, '`@user <details> \n'.repeat(50))));
    const [stream] = value.streams;
    assert.ok(stream !== undefined);
    const [one] = stream.architectures;
    const lines = many(400, '+`` </details> @user [x](http://x.test) ');
    const list = many(2000, 'package').map((name) => ({ name, architecture: 'amd64', from: '1', to: '2' }));
    const packages = { total: 2000, added: 0, removed: 0, changed: 2000, list };
    const big = {
      ...stream,
      kickstart: { lines, cut: true },
      settings: { lines, cut: false },
      reasons: many(8, '@user `'.repeat(100)),
      architectures: [{ ...one, architecture: 'amd64' as const, packages, made: { lines, cut: true } }],
    };
    const problems = many(50, '<b>@user` '.repeat(150)).map((message) => ({
      message,
      file: '`@user'.repeat(100),
    }));
    for (const count of [1, 100]) {
      const huge = {
        ...value,
        streams: Array.from({ length: count }, () => big),
        problems,
        problemCount: 9999,
      };
      assert.equal(findViolation('Preview', huge), undefined);
      const text = renderPreview(huge, { code: { paths: many(5000, '`@user '.repeat(30)), count: 5000 } });
      assert.ok(text.length <= 60_000, `${count}: ${text.length}`);
      assert.deepEqual(findLoose(text, ['user', 'x.test']), [], String(count));
      assert.ok(text.includes('9949 more') || text.includes('more: see the logs'));
    }
  });

  it('never links to an address that is not one', async () => {
    for (const logs of [
      'javascript:alert(1)',
      'https://x.test/) [y](https://z.test',
      'https://x.test/a?b=c',
      'https://u@x.test/a',
    ])
      assert.deepEqual(findLoose(renderPreview(await preview(), { logs }), []), [], logs);
  });
});
