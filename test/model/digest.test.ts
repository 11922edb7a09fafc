import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { type Content, contentDigest } from '../../scripts/model/digest.ts';
import * as fixture from './repository-fixture.ts';
import { load } from './repository-fixture.ts';

const word = fc.stringMatching(/^[a-z0-9.+~:-]{1,6}$/);
const pin = fc.record({ name: word, version: word, architecture: word, sha256: word });
const packages = fc.array(pin, { minLength: 1, maxLength: 5 });
const contents: fc.Arbitrary<Content> = fc.record({
  kickstart: fc.array(fc.record({ text: fc.string({ unit: 'binary', maxLength: 8 }) }), { maxLength: 5 }),
  pins: fc.tuple(packages, packages).map(([first, second]) => [
    { architecture: 'amd64' as const, packages: first },
    { architecture: 'arm64' as const, packages: second },
  ]),
  architectures: fc.constant(['amd64' as const, 'arm64' as const]),
  formats: fc.constant(['qcow2' as const, 'raw.zst' as const]),
});

test('the form is the documented one', () => {
  const digest = contentDigest({
    kickstart: [{ text: 'lang C' }, { text: '' }],
    pins: [{ architecture: 'amd64', packages: [fixture.pin('b'), fixture.pin('a', '2')] }],
    architectures: ['amd64'],
    formats: ['raw.zst', 'qcow2'],
  });
  const a = fixture.sha('a');
  const text = `{"content":1,"kickstart":["lang C",""],"architectures":["amd64"],"formats":["qcow2","raw.zst"],"pins":[["amd64",[["a","2","amd64","${a}"],["b","1.0-1","amd64","${a}"]]]]}`;
  assert.equal(digest, createHash('sha256').update(text).digest('hex'));
});

test('the order of what has no order does not count', () => {
  fc.assert(
    fc.property(contents, (content) => {
      const reordered = {
        kickstart: content.kickstart,
        pins: [...content.pins]
          .reverse()
          .map((pins) => ({ ...pins, packages: [...pins.packages].reverse() })),
        architectures: [...content.architectures].reverse(),
        formats: [...content.formats].reverse(),
      };
      assert.equal(contentDigest(reordered), contentDigest(content));
    }),
  );
});

test('any two contents with the same digest are the same', () => {
  const plain = (content: Content) =>
    JSON.stringify([
      content.kickstart.map(({ text }) => text),
      content.pins.map((pins) =>
        pins.packages.map((p) => JSON.stringify([p.name, p.version, p.architecture, p.sha256])).sort(),
      ),
    ]);
  fc.assert(
    fc.property(contents, contents, (a, b) => {
      assert.equal(contentDigest(a) === contentDigest(b), plain(a) === plain(b));
    }),
  );
});

test('every byte that matters changes it', () => {
  fc.assert(
    fc.property(
      contents,
      fc.constantFrom('name', 'version', 'architecture', 'sha256'),
      fc.nat(),
      (content, key, at) => {
        const [first, ...others] = content.pins;
        assert.ok(first);
        const index = at % first.packages.length;
        const changed = first.packages.map((p, i) => (i === index ? { ...p, [key]: `${p[key]}x` } : p));
        const pins = [{ ...first, packages: changed }, ...others];
        assert.notEqual(contentDigest({ ...content, pins }), contentDigest(content));
        const kickstart = [...content.kickstart, { text: '' }];
        assert.notEqual(contentDigest({ ...content, kickstart }), contentDigest(content));
        assert.notEqual(contentDigest({ ...content, formats: ['qcow2'] }), contentDigest(content));
      },
    ),
  );
});

test('lines do not run into each other, packages do not move between architectures', () => {
  const one: Content = {
    kickstart: [{ text: 'a' }, { text: 'b' }],
    pins: [{ architecture: 'amd64', packages: [fixture.pin('a')] }],
    architectures: ['amd64'],
    formats: ['qcow2'],
  };
  assert.notEqual(contentDigest(one), contentDigest({ ...one, kickstart: [{ text: 'a\nb' }] }));
  const arm: Content = {
    ...one,
    architectures: ['arm64'],
    pins: [{ architecture: 'arm64', packages: [fixture.pin('a')] }],
  };
  assert.notEqual(contentDigest(one), contentDigest(arm));
  assert.throws(() => contentDigest({ ...one, pins: [] }), { code: 'internal' });
});

test('of a repository: title, limits, targets and where packages come from do not change it; formats do', async () => {
  const digest = async (change: (files: Record<string, string | null>) => void) => {
    const files = fixture.baseFiles();
    change(files);
    const { repository, problems } = await load(files);
    assert.deepEqual(problems, []);
    return repository.streams[0]?.content;
  };
  const edit = (path: string, from: string, to: string) => (files: Record<string, string | null>) => {
    assert.ok(files[path]?.includes(from));
    files[path] = String(files[path]).replace(from, to);
  };
  const stream = `${fixture.folder}/stream.yaml`;
  const first = await digest(() => {});
  assert.ok(first);
  assert.equal(await digest(edit(stream, 'Testix 1 Cloud Base', 'Another title')), first);
  assert.equal(await digest(edit(stream, 'downloadMiB: 10', 'downloadMiB: 11')), first);
  assert.equal(await digest(edit('releases/targets.yaml', 'keep: 3', 'keep: 4')), first);
  assert.equal(
    await digest(edit(`${fixture.folder}/pins.amd64.yaml`, 'pool/alpha.deb', 'other/alpha.deb')),
    first,
  );
  assert.notEqual(await digest(edit(stream, '[qcow2]', '[raw.zst]')), first);
  assert.notEqual(await digest(edit(fixture.kickstartPath, 'alpha', 'alpha ')), first);
});

test('the source packages of pins do not count: naming them makes nothing due', () => {
  const plain = [fixture.pin('alpha'), fixture.pin('beta')];
  const named = plain.map((pin) => ({ ...pin, source: { name: 'example', version: '9' } }));
  const of = (packages: typeof plain) =>
    contentDigest({
      kickstart: [],
      pins: [{ architecture: 'amd64', packages }],
      architectures: ['amd64'],
      formats: ['qcow2'],
    });
  assert.equal(of(named), of(plain));
});
