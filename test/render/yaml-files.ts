/** Arbitrary values that the schemas allow, the nastiest among them. */
import fc from 'fast-check';
import type { Pin, Pins, PublishedRecord, Release } from '../../scripts/model/types.generated.ts';

/** Words that YAML 1.1 or 1.2 reads as something else than a string. */
const traps = [
  'no',
  'null',
  'y',
  '9.10',
  '0x1F',
  '1e3',
  '012',
  '0o7',
  '1_000',
  '1:30',
  '1:',
  'a:',
  '2026-11-22',
  '1.',
  'True',
  'NaN',
];
const matching = (pattern: RegExp) =>
  fc.oneof(fc.stringMatching(pattern), fc.constantFrom(...traps.filter((word) => pattern.test(word))));
const digits = (length: number) =>
  fc.oneof(
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)),
    fc.nat({ max: 8 }).map((n) => `${n}e`.padEnd(length, '7')),
    fc.constantFrom('0', '1').map((n) => n.repeat(length)),
  );
const name = matching(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,12}$/);
const id = matching(/^[a-z0-9]{1,5}(-[a-z0-9]{1,4}){0,2}$/);
const hex = digits(64);
const size = fc.nat();
const line = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      '- a',
      'a: b',
      '# x',
      ' x ',
      "it's",
      '"',
      '|',
      '>',
      '%x',
      '@x',
      '`',
      '&a',
      '*a',
      '!x',
      '---',
      '...',
      ...traps,
      '\u0085',
      '\u2028',
      '\ufeff',
      'é😀',
    ),
  )
  .filter((text) => !/[\p{Cc}]/u.test(text.replaceAll(/[\u0080-\u009f]/g, '')));
const version = fc.nat({ max: 9999 }).map((n) => `20261122.${n}`);
const timestamp = fc.constant('2026-11-22T12:00:00Z');

const plainPin: fc.Arbitrary<Pin> = fc.record({
  name,
  version: matching(/^[A-Za-z0-9][A-Za-z0-9.+~:^_-]{0,12}$/),
  architecture: matching(/^[a-z0-9_]{1,8}$/),
  size,
  sha256: hex,
  repository: id,
  path: matching(/^[A-Za-z0-9_][A-Za-z0-9+._~%:-]{0,8}(\/[A-Za-z0-9_][A-Za-z0-9+._~%:-]{0,8}){0,2}$/),
});

const source = fc.record({ name, version: matching(/^[A-Za-z0-9][A-Za-z0-9.+~:^_-]{0,12}$/) });
export const pin: fc.Arbitrary<Pin> = fc
  .tuple(plainPin, fc.option(source))
  .map(([plain, built]) => (built === null ? plain : { ...plain, source: built }));

const names = fc.uniqueArray(name, { maxLength: 4 }).map((list) => list.sort());
export const pins: fc.Arbitrary<Pins> = fc.record({
  architecture: fc.constantFrom('amd64', 'x86_64'),
  request: fc.record({
    repositories: fc.uniqueArray(id, { maxLength: 3 }),
    core: fc.boolean(),
    weakDependencies: fc.boolean(),
    packages: names,
    excluded: names,
  }),
  packages: fc.array(pin, { minLength: 1, maxLength: 6 }),
});

const region = fc.constantFrom('eu-central-1', 'us-east-1', 'us-gov-west-1', 'ap-southeast-7');
const aws = fc
  .record({ home: region, rest: fc.subarray(['sa-east-1', 'me-central-1', 'af-south-1', 'no-west-1']) })
  .map(({ home, rest }) => ({ home, regions: [home, ...rest.slice(1)], bestEffort: rest.slice(0, 1) }));

export const release: fc.Arbitrary<Release> = fc.record(
  {
    version,
    reason: line,
    content: hex,
    architectures: fc.constant(['arm64', 'amd64']),
    formats: fc.constant(['raw.zst']),
    targets: fc.record({ mirrors: fc.uniqueArray(id, { maxLength: 3 }), aws }, { requiredKeys: ['mirrors'] }),
    rebuild: line,
    accept: fc.array(fc.record({ gate: fc.constantFrom('packages', 'memory'), reason: line }), {
      maxLength: 2,
    }),
    withdrawn: fc.record({ reason: line, at: timestamp }),
  },
  { requiredKeys: ['version', 'reason', 'content', 'architectures', 'formats', 'targets'] },
);

const result = fc.record(
  {
    id,
    where: fc.constantFrom('image', 'bios', 'uefi'),
    result: fc.constantFrom('passed', 'failed'),
    seen: fc.oneof(line, fc.string({ unit: 'binary', maxLength: 30 }), fc.constant('two\n  lines\n\n')),
    seconds: fc.double({ min: 0, max: 1e6, noNaN: true }),
  },
  { requiredKeys: ['id', 'where', 'result', 'seen'] },
);

const entries = fc.array(line, { maxLength: 2 });
const measure = fc.double({ min: 0, max: 1e6, noNaN: true });
const seconds = fc.record({ login: measure, system: measure }, { requiredKeys: ['login'] });
const gate = fc.record(
  {
    id: fc.constantFrom('packages', 'setuid-files'),
    result: fc.constantFrom('passed', 'accepted', 'not-comparable'),
    subject: line,
    previous: measure,
    now: measure,
    limit: measure,
    added: entries,
    removed: entries,
    reason: line,
  },
  { requiredKeys: ['id', 'result'] },
);
const comparison = fc.record(
  {
    previous: version,
    gates: fc.array(gate, { maxLength: 3 }),
    replacement: fc.record(
      {
        result: fc.constantFrom('passed', 'not-compared'),
        reason: line,
        accelerator: fc.constantFrom('kvm', 'tcg'),
        previous: seconds,
        now: seconds,
      },
      { requiredKeys: ['result'] },
    ),
    checks: fc.array(fc.record({ id, result: fc.constantFrom('passed', 'failed'), seen: line }), {
      maxLength: 2,
    }),
    differences: entries,
  },
  { requiredKeys: ['previous', 'gates', 'replacement'] },
);

const image = fc.record({
  architecture: fc.constantFrom('amd64', 'arm64'),
  region,
  ami: digits(17).map((word) => `ami-${word.padEnd(17, '0').slice(0, 17)}`),
  snapshot: digits(8).map((word) => `snap-${word.padEnd(8, '0').slice(0, 8)}`),
  state: fc.constantFrom('public', 'private', 'withdrawn', 'removed'),
});
const images = fc
  .uniqueArray(image, { maxLength: 4, selector: (one) => `${one.architecture} ${one.region}` })
  .map((list) =>
    list.sort((a, b) => (`${a.architecture} ${a.region}` < `${b.architecture} ${b.region}` ? -1 : 1)),
  );

const recorded = {
  stream: fc.tuple(id, id).map((parts) => parts.join('/')),
  version,
  content: hex,
  commit: digits(40),
  recordedAt: timestamp,
  architectures: fc
    .record(
      {
        architecture: fc.constantFrom('amd64', 'arm64'),
        raw: fc.record({ sha256: hex, size }),
        artifacts: fc
          .array(fc.record({ name, format: fc.constantFrom('qcow2', 'raw.zst'), sha256: hex, size }), {
            minLength: 1,
            maxLength: 2,
          })
          .map((list) => list.slice(0, 1)),
        packages: fc.integer({ min: 1, max: 999 }),
        tools: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}$/), line, {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        qa: fc.record(
          {
            accelerator: fc.constantFrom('kvm', 'tcg'),
            boots: fc.nat({ max: 9 }),
            retries: fc.array(fc.record({ where: fc.constantFrom('bios', 'uefi'), reason: line }), {
              maxLength: 2,
            }),
            results: fc.array(result, { maxLength: 4 }),
          },
          { requiredKeys: ['accelerator', 'boots', 'results'] },
        ),
        comparison,
      },
      { requiredKeys: ['architecture', 'raw', 'artifacts', 'packages', 'tools', 'qa'] },
    )
    .map((one) => [one]),
  mirrors: fc
    .uniqueArray(fc.record({ id, path: line, checksum: hex }), {
      maxLength: 3,
      selector: (mirror) => mirror.id,
    })
    .map((list) => list.sort((a, b) => (a.id < b.id ? -1 : 1))),
};

export const record: fc.Arbitrary<PublishedRecord> = fc.record(
  { ...recorded, images, deprecateAt: timestamp },
  { requiredKeys: ['stream', 'version', 'content', 'commit', 'recordedAt', 'architectures', 'mirrors'] },
);
